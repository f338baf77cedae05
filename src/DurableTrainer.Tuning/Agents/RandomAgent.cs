using DurableTrainer.Core.Randomness;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Agents;

/// <summary>Independent uniform points.</summary>
internal sealed class RandomAgent(UnitSpace space, long seed) : Agent(space, "random")
{
    protected override void Draw(long index, Span<double> unit)
    {
        var random = new KeyedRandom(seed, "agent/random", step: index);
        foreach (ref var coordinate in unit)
            coordinate = random.NextDouble();
    }
}
