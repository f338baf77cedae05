using DurableTrainer.Core.Trials;

namespace DurableTrainer.Workers.Pool.Grants;

/// <summary>Shares the threads of a machine out among slices.</summary>
internal static class ThreadAllocation
{
    /// <summary>
    /// Gives each slice one thread, and what is then free to the most promising ones: half of it, rounded up, to the first, half of the rest
    /// to the next and so on, and what remains to the first again. Slices that promise nothing have an even share of the machine.
    /// </summary>
    /// <param name="units">Threads of the machine.</param>
    /// <param name="evenShare">That of a slice that promises nothing.</param>
    /// <param name="promises">What the slices promise; of equal ones the earlier comes first.</param>
    /// <returns>Threads of each slice: at least 1, and together no more than there are, unless there are more slices than threads.</returns>
    public static int[] Of(int units, int evenShare, IReadOnlyList<Promise?> promises)
    {
        var threads = new int[promises.Count];
        Array.Fill(threads, 1);
        var free = Math.Max(0, units - promises.Count);
        for (var slice = 0; slice < threads.Length; slice++)
        {
            if (promises[slice] is null)
                free -= Give(slice, Math.Min(evenShare - 1, free));
        }

        var ranked = Ranked(promises);
        foreach (var slice in ranked)
            free -= Give(slice, (free + 1) / 2);
        if (ranked.Length > 0)
            Give(ranked[0], free);
        return threads;

        int Give(int slice, int more)
        {
            threads[slice] += more;
            return more;
        }
    }

    /// <summary>The places of the slices that promise something, the most promising first.</summary>
    public static int[] Ranked(IReadOnlyList<Promise?> promises) =>
        [.. Enumerable.Range(0, promises.Count)
            .Where(slice => promises[slice] is not null)
            .OrderByDescending(slice => promises[slice]!.Value.Rank)
            .ThenByDescending(slice => promises[slice]!.Value.Gain)];
}
