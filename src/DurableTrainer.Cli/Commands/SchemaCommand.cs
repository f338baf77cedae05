using System.CommandLine;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Cli.Commands;

/// <summary><c>dtrain schema</c></summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var command = new Command("schema", "Prints the JSON Schema of experiment files, for completion in editors.");
        command.SetAction(_ => Console.Out.WriteLine(SpecSchema.Create().ToJsonString(SpecJson.Indented)));
        return command;
    }
}
