namespace DurableTrainer.Training.Parallel.Pipeline.Filling;

/// <summary>How long chunks take, by which they are let into gaps.</summary>
internal sealed class ChunkTimes
{
    private readonly Dictionary<Chunk, Recent> times = [];

    /// <summary>Nine of ten times it took no longer, in timestamps; null of a chunk that was never run.</summary>
    public long? NinetyPercent(Chunk chunk) => times.TryGetValue(chunk, out var recent) ? recent.NinetyPercent : null;

    /// <summary>A gap was too short for a chunk from its begin on: as what is thought of it may be wrong, less is from here on.</summary>
    public void Doubt(Chunk chunk)
    {
        if (times.TryGetValue(chunk, out var recent))
            recent.NinetyPercent -= recent.NinetyPercent / 10;
    }

    public void Add(Chunk chunk, long duration)
    {
        if (!times.TryGetValue(chunk, out var recent))
            times.Add(chunk, recent = new Recent());
        recent.Add(duration);
    }

    private sealed class Recent
    {
        private const int Most = 20, Few = 5;

        private readonly long[] durations = new long[Most];
        private readonly long[] sorted = new long[Most];
        private int count, next;

        public long NinetyPercent { get; set; }

        public void Add(long duration)
        {
            durations[next] = duration;
            (next, count) = ((next + 1) % Most, Math.Min(Most, count + 1));
            durations.AsSpan(0, count).CopyTo(sorted);
            sorted.AsSpan(0, count).Sort();
            // The first ones take longer than those that follow, and say little about them.
            NinetyPercent = count < Few ? sorted[0] : sorted[(int)Math.Ceiling(0.9 * count) - 1];
        }
    }
}
