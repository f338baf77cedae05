using DurableTrainer.Core.Randomness;

namespace DurableTrainer.Training.Data;

/// <summary>
/// The order in which an epoch visits its samples. It follows from the key, so a resumed trial needs no saved state to find it again.
/// </summary>
public static class EpochOrder
{
    /// <returns>A new array with the same samples, shuffled.</returns>
    public static int[] Of(int[] samples, long seed, int trial, int epoch)
    {
        var order = (int[])samples.Clone();
        new KeyedRandom(seed, "order", trial, epoch).Shuffle<int>(order);
        return order;
    }
}
