using DurableTrainer.Tuning.History;
using DurableTrainer.Tuning.Sampling;

namespace DurableTrainer.Tuning.Agents;

/// <summary>Points that fill the space evenly: a scrambled Sobol sequence.</summary>
internal class SobolAgent(UnitSpace space, long seed, string name = "sobol") : Agent(space, name)
{
    private readonly SobolSequence sequence = new(space.Dimensions, seed);

    protected sealed override void Draw(long index, Span<double> unit) => sequence.At((uint)index, unit);
}
