using System.Globalization;
using DurableTrainer.Core.Space;

namespace DurableTrainer.Cli.Views;

/// <summary>How numbers read.</summary>
internal static class Format
{
    /// <summary>With four decimals; very small and very large numbers with an exponent.</summary>
    public static string Value(double? value) =>
        value is not { } number ? "–"
        : Math.Abs(number) is (> 0 and < 1e-3) or >= 1e9 ? number.ToString("0.###E+0", CultureInfo.InvariantCulture)
        : number.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>As short as tells points apart: four significant digits.</summary>
    public static string Point(Point point) => string.Join(' ', point.Select(pair => $"{pair.Key}={Parameter(pair.Value)}"));

    public static string Duration(TimeSpan span) =>
        span.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h {span.Minutes} min")
        : span.TotalMinutes >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{span.Minutes} min {span.Seconds} s")
        : string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s");

    public static string Bytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0} MiB");

    /// <summary>A message without what follows its first line, such as the end of a worker's log.</summary>
    public static string FirstLine(string? message) => message?.Split('\n', 2)[0].TrimEnd('\r') ?? "";

    /// <summary>As much of a text as fits in so many columns.</summary>
    public static string Fit(string text, int columns) => text.Length <= columns ? text : text[..Math.Max(0, columns - 1)] + "…";

    private static string Parameter(ParameterValue value) =>
        value.IsNumber && !double.IsInteger(value.Number) ? value.Number.ToString("G4", CultureInfo.InvariantCulture) : value.ToString();
}
