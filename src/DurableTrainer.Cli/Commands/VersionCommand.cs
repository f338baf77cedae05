using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;

namespace DurableTrainer.Cli.Commands;

/// <summary><c>dtrain version</c></summary>
internal static class VersionCommand
{
    public static Command Create()
    {
        var command = new Command("version", "Prints the version of this program and of what it runs on.");
        command.SetAction(_ => Console.Out.WriteLine(
            $"dtrain {typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion} ({RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier})"));
        return command;
    }
}
