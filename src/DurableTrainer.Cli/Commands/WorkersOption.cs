using System.CommandLine;

namespace DurableTrainer.Cli.Commands;

/// <summary>How many worker processes a host keeps.</summary>
internal static class WorkersOption
{
    public static Option<int?> Create(string description)
    {
        var workers = new Option<int?>("--workers") { Description = description, HelpName = "N" };
        workers.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var number) && number < 1)
                result.AddError("--workers needs a number of at least 1.");
        });
        return workers;
    }
}
