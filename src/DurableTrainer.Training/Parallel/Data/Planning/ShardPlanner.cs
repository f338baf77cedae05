namespace DurableTrainer.Training.Parallel.Data.Planning;

/// <summary>Which unit gets how many samples of a batch.</summary>
internal static class ShardPlanner
{
    /// <summary>
    /// Shards that minimise max(aᵢ + bᵢ nᵢ) over the units with nᵢ above 0, with Σ nᵢ = N and nᵢ at most what unit i has memory for. What a
    /// unit takes only grows with its samples. So the N cheapest of all "sample k of unit i" are a first piece of every unit's row, no choice
    /// of N has a smaller largest, and to give one sample after the other to whom it is cheapest finds them.
    /// </summary>
    /// <param name="units">What each takes.</param>
    /// <param name="samples">N.</param>
    /// <returns>nᵢ, in the order of the units; null when they do not have memory for so many.</returns>
    public static int[]? Plan(IReadOnlyList<UnitCost> units, int samples)
    {
        var shards = new int[units.Count];
        for (var sample = 0; sample < samples; sample++)
        {
            var cheapest = -1;
            for (var unit = 0; unit < shards.Length; unit++)
            {
                if (shards[unit] < units[unit].MostSamples
                    && (cheapest < 0 || units[unit].Of(shards[unit] + 1) < units[cheapest].Of(shards[cheapest] + 1)))
                {
                    cheapest = unit;
                }
            }

            if (cheapest < 0)
                return null;
            shards[cheapest]++;
        }

        return shards;
    }

    /// <summary>How long the slowest takes, in seconds.</summary>
    public static double SecondsOf(IReadOnlyList<UnitCost> units, IReadOnlyList<int> shards)
    {
        var slowest = 0.0;
        for (var unit = 0; unit < shards.Count; unit++)
            slowest = Math.Max(slowest, units[unit].Of(shards[unit]));
        return slowest;
    }
}
