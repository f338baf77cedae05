using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;

namespace DurableTrainer.Tuning.Agents;

/// <summary>Independent uniform points.</summary>
internal sealed class RandomAgent(SearchSpace space, long seed) : Agent(space)
{
    protected override void Draw(long index, Span<double> unit)
    {
        var random = new KeyedRandom(seed, "agent/random", step: index);
        foreach (ref var coordinate in unit)
            coordinate = random.NextDouble();
    }
}
