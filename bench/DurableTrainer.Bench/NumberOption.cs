using System.CommandLine;

namespace DurableTrainer.Bench;

/// <summary>An option that takes a whole number within bounds.</summary>
internal static class NumberOption
{
    public static Option<int?> Create(string name, string description, int most, int least = 1)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "N" };
        option.Validators.Add(result =>
        {
            // What is no number at all has its own message.
            if (result.Tokens.Any(token => int.TryParse(token.Value, out var number) && (number < least || number > most)))
                result.AddError($"{name} needs a number from {least} to {most}.");
        });
        return option;
    }
}
