namespace DurableTrainer.Training.Parallel.Async;

/// <summary>
/// The last stalenesses of a learner's updates. It is full from the start, since a window that fills up from nothing would have the first
/// updates applied as if nothing were stale, when everything is.
/// </summary>
internal sealed class StalenessWindow
{
    private readonly int[] ring;
    private int oldest;

    /// <param name="size">How many it holds.</param>
    /// <param name="learners">P: with so many of equal speed, each update is P − 1 versions stale.</param>
    public StalenessWindow(int size, int learners)
    {
        ring = new int[size];
        Reseed(learners);
    }

    /// <param name="values">What another held, from the oldest to the newest.</param>
    public StalenessWindow(IReadOnlyList<int> values) => ring = [.. values];

    /// <summary>From the oldest to the newest.</summary>
    public IReadOnlyList<int> Values => [.. ring[oldest..], .. ring[..oldest]];

    public void Add(int staleness)
    {
        ring[oldest] = staleness;
        oldest = (oldest + 1) % ring.Length;
    }

    /// <summary>What was seen among so many learners says little of what so many others will bring.</summary>
    public void Reseed(int learners)
    {
        Array.Fill(ring, Math.Max(0, learners - 1));
        oldest = 0;
    }
}
