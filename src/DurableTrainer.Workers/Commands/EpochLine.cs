using System.Text.Json;
using System.Text.RegularExpressions;

namespace DurableTrainer.Workers.Commands;

/// <summary>What a command reported after an epoch: a line such as <c>{"epoch": 1, "validation.accuracy": 0.93}</c>.</summary>
/// <param name="Epoch">Counted from 1.</param>
/// <param name="Values">Every other number of the line by name; those that are infinite or no number too.</param>
internal sealed partial record EpochLine(int Epoch, IReadOnlyDictionary<string, double> Values)
{
    private const string EpochName = "epoch";

    /// <returns>Null when the line is anything else: it then belongs to the command's log.</returns>
    public static EpochLine? Read(string line)
    {
        if (!line.AsSpan().TrimStart().StartsWith("{", StringComparison.Ordinal))
            return null;
        try
        {
            using var document = JsonDocument.Parse(NotNumbers().Replace(line, Quoted));
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return null;
            var values = new SortedDictionary<string, double>(StringComparer.Ordinal);
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (NumberOf(member.Value) is { } number)
                    values[member.Name] = number;
            }

            return values.Remove(EpochName, out var epoch) && epoch is >= int.MinValue and <= int.MaxValue && double.IsInteger(epoch)
                ? new EpochLine((int)epoch, values)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static double? NumberOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String => value.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => null,
        },
        _ => null,
    };

    private static string Quoted(Match match) => match.Groups[1].Success ? $"\"{match.Groups[1].Value}\"" : match.Value;

    /// <summary>The words that Python's <c>json</c> writes for what is no finite number, outside of strings; strings are matched whole.</summary>
    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"|(-?Infinity|NaN)")]
    private static partial Regex NotNumbers();
}
