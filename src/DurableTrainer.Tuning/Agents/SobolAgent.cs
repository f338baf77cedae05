using DurableTrainer.Core.Space;

namespace DurableTrainer.Tuning.Agents;

/// <summary>Points that fill the space evenly: a scrambled Sobol sequence.</summary>
internal sealed class SobolAgent(SearchSpace space, long seed) : Agent(space)
{
    private readonly SobolSequence sequence = new(space.Parameters.Count, seed);

    protected override void Draw(long index, Span<double> unit) => sequence.At((uint)index, unit);
}
