using System.Globalization;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Trials;

namespace DurableTrainer.Cli.Views;

/// <summary>How numbers read.</summary>
internal static class Format
{
    /// <summary>With four decimals; very small and very large numbers with an exponent.</summary>
    public static string Value(double? value) =>
        value is not { } number ? "–"
        : Math.Abs(number) is (> 0 and < 1e-3) or >= 1e9 ? number.ToString("0.###E+0", CultureInfo.InvariantCulture)
        : number.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>The value of a metric, null when it is missing.</summary>
    public static double? In(IReadOnlyDictionary<string, double> values, string metric) => values.TryGetValue(metric, out var value) ? value : null;

    /// <summary>Each metric with its value, in the order of the metrics.</summary>
    public static string Values(IReadOnlyDictionary<string, double> values, IEnumerable<string> metrics) =>
        string.Join(", ", metrics.Select(metric => $"{metric} {Value(In(values, metric))}"));

    /// <summary>As short as tells points apart: four significant digits.</summary>
    public static string Point(Point point) => string.Join(' ', point.Select(pair => $"{pair.Key}={Parameter(pair.Value)}"));

    /// <summary>Who trained a model with what, and until when; of the points after the first, what had changed.</summary>
    public static string Lineage(IReadOnlyList<Segment> lineage) => string.Join("; ", lineage.Select((segment, i) =>
        $"epochs {segment.FromEpoch + 1}–{segment.ToEpoch} trial {segment.Trial} {Point(i == 0 ? segment.Point : Changed(lineage[i - 1].Point, segment.Point))}".TrimEnd()));

    public static string Duration(TimeSpan span) =>
        span.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h {span.Minutes} min")
        : span.TotalMinutes >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{span.Minutes} min {span.Seconds} s")
        : string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s");

    public static string Milliseconds(double seconds) => (1000 * seconds).ToString("0.0#", CultureInfo.InvariantCulture) + " ms";

    /// <summary>How many times as much or as quick.</summary>
    public static string Times(double ratio) => ratio.ToString("0.0#", CultureInfo.InvariantCulture) + "×";

    public static string Bytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0} MiB");

    /// <summary>A message without what follows its first line, such as the end of a worker's log.</summary>
    public static string FirstLine(string? message) => message?.Split('\n', 2)[0].TrimEnd('\r') ?? "";

    /// <summary>As much of a text as fits in so many columns.</summary>
    public static string Fit(string text, int columns) => text.Length <= columns ? text : text[..Math.Max(0, columns - 1)] + "…";

    private static Point Changed(Point before, Point after) =>
        new(after.Where(pair => !before.TryGet(pair.Key, out var value) || !value.Equals(pair.Value)));

    public static string Parameter(ParameterValue value) =>
        value.IsNumber && !double.IsInteger(value.Number) ? value.Number.ToString("G4", CultureInfo.InvariantCulture) : value.ToString();
}
