using System.CommandLine;

namespace DurableTrainer.Cli.Commands;

/// <summary>Options that every command takes.</summary>
internal sealed class CommonOptions
{
    public Option<string> Data { get; } = new("--data")
    {
        Description = "The data folder.",
        HelpName = "DIR",
        DefaultValueFactory = _ => ".dtrain",
        Recursive = true,
    };

    public CommonOptions() => Data.Validators.Add(result =>
    {
        if (result.Tokens.Any(token => token.Value.Length == 0))
            result.AddError("--data needs the path of a folder.");
    });

    public Option<bool> Verbose { get; } = new("--verbose") { Description = "More about what goes on, and stack traces of errors.", Recursive = true };

    public Option<bool> NoColor { get; } = new("--no-color") { Description = "Plain lines without colours.", Recursive = true };
}
