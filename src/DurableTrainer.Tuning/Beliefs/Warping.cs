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
        scale = median - ordered[0];
        if (!(scale > 0))
            scale = ordered[^1] > ordered[0] ? ordered[^1] - ordered[0] : 1;
    }

    public double this[double loss]
    {
        get
        {
            var scaled = (loss - median) / scale;
            return scaled > 0 ? Math.Log(1 + scaled) : scaled;
        }
    }
}
