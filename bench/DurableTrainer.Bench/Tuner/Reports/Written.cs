using System.Globalization;

namespace DurableTrainer.Bench.Tuner.Reports;

/// <summary>How figures are written in tables.</summary>
internal static class Written
{
    public const string Nothing = "–";

    /// <summary>Three significant digits.</summary>
    public static string Number(double value) => value switch
    {
        0 => "0",
        double.PositiveInfinity => "∞",
        >= 1000 => value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 0.001 => value.ToString("G3", CultureInfo.InvariantCulture),
        _ => value.ToString("0.#e-0", CultureInfo.InvariantCulture),
    };

    public static string Regret(Regrets? regrets) => regrets is null
        ? Nothing
        : $"{Number(regrets.Median)} {Quartiles(regrets)}";

    public static string Median(Regrets? regrets, bool isBold) =>
        regrets is null ? Nothing : isBold ? $"**{Number(regrets.Median)}**" : Number(regrets.Median);

    public static string Quartiles(Regrets? regrets) =>
        regrets is null ? Nothing : $"({Number(regrets.LowerQuartile)} to {Number(regrets.UpperQuartile)})";

    public static string Outcome(Comparison? comparison) => comparison?.Outcome switch
    {
        null => Nothing,
        Reports.Outcome.Loss => "**loss**",
        var outcome => $"{outcome}".ToLowerInvariant(),
    };

    public static string Probability(Comparison? comparison) => comparison switch
    {
        null => Nothing,
        { PValue: < 0.001 } => "<0.001",
        var some => some.PValue.ToString("0.000", CultureInfo.InvariantCulture),
    };

    public static string Ratio(double ratio) => double.IsInfinity(ratio) ? "∞" : ratio < 0.005 ? "<0.01" : ratio.ToString("0.00", CultureInfo.InvariantCulture);

    public static string Percent(double share) => share.ToString("0%", CultureInfo.InvariantCulture);
}
