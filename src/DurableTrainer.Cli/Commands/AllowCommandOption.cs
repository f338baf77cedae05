using System.CommandLine;
using DurableTrainer.Workers.Commands;

namespace DurableTrainer.Cli.Commands;

/// <summary><c>--allow-command</c>: which programs experiments may run on this machine.</summary>
internal static class AllowCommandOption
{
    public static Option<string[]> Create()
    {
        var option = new Option<string[]>("--allow-command")
        {
            Description = $"A program that experiments may run for their trials, as they write it or as a full path; may be repeated. So does {AllowedCommands.Variable}.",
            HelpName = "PROGRAM",
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => token.Value.Length == 0))
                result.AddError("--allow-command needs a program.");
        });
        return option;
    }

    /// <summary>What the command line and the environment allow.</summary>
    public static AllowedCommands Of(string[]? options) =>
        AllowedCommands.Of(options ?? [], Environment.GetEnvironmentVariable(AllowedCommands.Variable));
}
