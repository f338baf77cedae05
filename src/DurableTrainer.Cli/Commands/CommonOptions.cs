using System.CommandLine;
using DurableTrainer.Cli.Hosting;

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

    /// <summary>Where the log goes that was asked for; null when none was.</summary>
    public StandardErrorLog? LogOf(ParseResult parsed) => parsed.GetValue(Verbose) ? new(asJson: parsed.GetValue(LogFormat) == "json") : null;

    public Option<bool> Verbose { get; } = new("--verbose") { Description = "More about what goes on, and stack traces of errors.", Recursive = true };

    /// <summary>How <c>--verbose</c> writes its lines.</summary>
    public Option<string> LogFormat { get; } = new Option<string>("--log-format")
    {
        Description = "How --verbose writes its lines.",
        DefaultValueFactory = _ => "text",
        Recursive = true,
    }.AcceptOnlyFromAmong("text", "json");

    public Option<bool> NoColor { get; } = new("--no-color") { Description = "Plain lines without colours.", Recursive = true };
}
