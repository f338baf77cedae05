namespace DurableTrainer.Training.Parallel.Data.Planning;

/// <summary>How long a unit takes for its shard: t = a + b·n for n samples, and nothing for none.</summary>
/// <param name="Fixed">a, in seconds, at least 0.</param>
/// <param name="PerSample">b, in seconds, above 0.</param>
/// <param name="MostSamples">That the unit has memory for.</param>
internal readonly record struct UnitCost(double Fixed, double PerSample, int MostSamples = int.MaxValue)
{
    /// <summary>Below what any clock shows; a probe that took no time at all must not make a unit infinitely fast.</summary>
    private const double LeastPerSample = 1e-12;

    /// <summary>In seconds.</summary>
    public double Of(int samples) => samples == 0 ? 0 : Fixed + PerSample * samples;

    /// <summary>The same unit at another speed.</summary>
    /// <param name="factor">How many times as long it takes for the same.</param>
    public UnitCost Times(double factor) => this with { Fixed = Fixed * factor, PerSample = PerSample * factor };

    /// <summary>The line through two probes. Where that would begin below 0, one through 0 and the larger probe.</summary>
    /// <param name="few">Samples of the smaller probe.</param>
    /// <param name="secondsForFew">It took.</param>
    /// <param name="many">Samples of the larger probe; the unit has memory for so many.</param>
    /// <param name="secondsForMany">It took.</param>
    public static UnitCost Through(int few, double secondsForFew, int many, double secondsForMany)
    {
        var proportional = secondsForMany / many;
        var slope = many > few ? (secondsForMany - secondsForFew) / (many - few) : proportional;
        // More samples do not take less time; where it seems so, the clock showed something else.
        slope = Math.Clamp(slope, 0.1 * proportional, proportional);
        slope = Math.Max(slope, LeastPerSample);
        return new UnitCost(Math.Max(0, secondsForMany - slope * many), slope, many);
    }
}
