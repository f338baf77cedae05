using System.Globalization;

namespace DurableTrainer.Core.Spec.Rules;

/// <summary>A schedule has the six fields of an NCrontab expression.</summary>
internal static class RetuneRules
{
    private static readonly (string Name, int Min, int Max, string[] Words)[] Fields =
    [
        ("second", 0, 59, []),
        ("minute", 0, 59, []),
        ("hour", 0, 23, []),
        ("day", 1, 31, []),
        ("month", 1, 12, ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
        ("weekday", 0, 6, ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ];

    public static void Check(Draft draft)
    {
        if (draft.Section<RetuneSpec>("retune")?.Schedule is { } schedule && Problem(schedule) is { } problem)
            draft.Problems.Add("/retune/schedule", $"is \"{schedule}\", {problem}");
    }

    private static string? Problem(string schedule)
    {
        var parts = schedule.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != Fields.Length)
            return $"must have six fields, {string.Join(", ", Fields.Select(field => field.Name))}, such as \"0 0 3 * * *\" (every day at 3)";
        for (var i = 0; i < parts.Length; i++)
        {
            if (!parts[i].Split(',').All(item => IsItem(item, Fields[i].Min, Fields[i].Max, Fields[i].Words)))
                return $"in which \"{parts[i]}\" is not a {Fields[i].Name}: those go from {Fields[i].Min} to {Fields[i].Max}, or *, a-b, */n, a list with commas";
        }

        return null;
    }

    private static bool IsItem(string item, int min, int max, string[] words)
    {
        var step = item.Split('/');
        if (step.Length > 2 || (step.Length == 2 && !(IsNumber(step[1], out var every) && every > 0)))
            return false;
        if (step[0] == "*")
            return true;
        var values = step[0].Split('-').Select(text => IsNumber(text, out var number) ? number : IndexOf(text, words) + min).ToList();
        return values.Count <= 2 && values.TrueForAll(value => value >= min && value <= max) && values[0] <= values[^1];
    }

    // Below every minimum when unknown.
    private static int IndexOf(string text, string[] words) =>
        Array.FindIndex(words, word => word.Equals(text, StringComparison.OrdinalIgnoreCase)) is >= 0 and var index ? index : -1000;

    private static bool IsNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
