namespace DurableTrainer.Tuning.Beliefs;

/// <summary>
/// Bends losses so that the bad tail does not drown the good end: linear from the best to the median, which become -1 and 0, and
/// logarithmic above the median.
/// </summary>
internal sealed class Warping
{
    private readonly double median;
    private readonly double scale;

    public Warping(IReadOnlyList<double> losses)
    {
        var ordered = losses.Order().ToArray();
        median = ordered[ordered.Length / 2];
        scale = Between(ordered[0], median);
        if (!(scale > 0))
            scale = ordered[^1] > ordered[0] ? Between(ordered[0], ordered[^1]) : 1;
    }

    public double this[double loss]
    {
        get
        {
            var scaled = Between(median, loss) / scale;
            return scaled > 0 ? Math.Log(1 + Math.Min(scaled, double.MaxValue)) : scaled;
        }
    }

    /// <summary>Half of the difference, which is a number however far apart two numbers lie.</summary>
    private static double Between(double from, double to) => to / 2 - from / 2;
}
