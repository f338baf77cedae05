namespace DurableTrainer.Tuning.Beliefs;

/// <summary>
/// Bends losses so that the bad tail does not drown the good end: linear from the best to the median, which become -1 and 0, and
/// logarithmic above the median.
/// </summary>
internal sealed class Warping
{
    private readonly double median;

    public Warping(IReadOnlyList<double> losses)
    {
        var ordered = losses.Order().ToArray();
        median = ordered[ordered.Length / 2];
        Scale = median - ordered[0];
        if (!(Scale > 0))
            Scale = ordered[^1] > ordered[0] ? ordered[^1] - ordered[0] : 1;
    }

    /// <summary>What 1 is in losses, below the median.</summary>
    public double Scale { get; }

    public double this[double loss]
    {
        get
        {
            var scaled = (loss - median) / Scale;
            return scaled > 0 ? Math.Log(1 + scaled) : scaled;
        }
    }
}
