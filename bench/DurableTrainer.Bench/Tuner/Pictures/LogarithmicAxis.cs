namespace DurableTrainer.Bench.Tuner.Pictures;

/// <summary>Heights for positive values over several decades.</summary>
/// <param name="Least">At the bottom; what is below is drawn there.</param>
/// <param name="Most">At the top.</param>
internal readonly record struct LogarithmicAxis(double Least, double Most)
{
    /// <summary>More would squeeze what happens above.</summary>
    private const double MostDecades = 5;

    /// <summary>Covers the values that are positive and finite, but no more than the upper five decades.</summary>
    public static LogarithmicAxis Over(IReadOnlyCollection<double> values)
    {
        double[] shown = [.. values.Where(value => value > 0 && double.IsFinite(value))];
        if (shown.Length == 0)
            return new LogarithmicAxis(0.1, 1);
        var most = shown.Max();
        var least = Math.Max(shown.Min(), most * Math.Pow(10, -MostDecades));
        // What is 0 is drawn at the bottom, and is to lie below all that is not.
        least = values.Contains(0) && least == shown.Min() ? least / 2 : least;
        // Not less than a factor of two, or there is no scale.
        return new LogarithmicAxis(Math.Min(least, most / 2), most);
    }

    /// <summary>0 at the bottom, 1 at the top.</summary>
    public double Of(double value) => Math.Log(Math.Clamp(value, Least, Most) / Least) / Math.Log(Most / Least);

    /// <summary>Powers of ten, and more where these are fewer than two.</summary>
    public IReadOnlyList<double> Ticks()
    {
        var (least, most) = (Least, Most);
        var (first, count) = ((int)Math.Floor(Math.Log10(least)), (int)Math.Ceiling(Math.Log10(most / least)) + 2);
        var decades = Enumerable.Range(first, count).Select(power => Math.Pow(10, power));
        double[] Within(params double[] steps) =>
        [
            .. decades.SelectMany(decade => steps.Select(step => decade * step))
                .Where(tick => tick >= least * 0.999 && tick <= most * 1.001),
        ];
        return Within(1) is { Length: > 1 } powers ? powers
            : Within(1, 2, 5) is { Length: > 1 } some ? some
            : Within(1, 1.5, 2, 3, 4, 5, 6, 8);
    }
}
