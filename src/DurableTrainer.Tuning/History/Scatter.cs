using DurableTrainer.Core.Randomness;
using DurableTrainer.Tuning.Sampling;

namespace DurableTrainer.Tuning.History;

/// <summary>Points spread evenly over a space.</summary>
internal static class Scatter
{
    /// <summary>The first points of a Sobol sequence that <paramref name="random"/> scrambles, as values that parameters can have.</summary>
    public static IEnumerable<double[]> Over(UnitSpace space, uint count, KeyedRandom random)
    {
        var sequence = new SobolSequence(space.Dimensions, (long)random.NextUInt64());
        for (uint i = 0; i < count; i++)
        {
            var unit = new double[space.Dimensions];
            sequence.At(i, unit);
            space.Settle(unit);
            yield return unit;
        }
    }
}
