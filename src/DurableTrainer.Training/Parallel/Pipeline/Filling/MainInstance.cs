using DurableTrainer.Training.Parallel.Pipeline.Simulation;

namespace DurableTrainer.Training.Parallel.Pipeline.Filling;

/// <summary>The instance that is pipelined, and in whose gaps another one trains.</summary>
/// <param name="Iteration">An iteration, measured or simulated.</param>
/// <param name="Between">Seconds from one iteration to the next, in which no unit is free; with 0 a gap may last from one into the next.</param>
/// <param name="PeakBytes">What it takes at most, on all units together.</param>
internal sealed record MainInstance(Timeline Iteration, double Between, long PeakBytes)
{
    public double Period => Iteration.Seconds + Between;
}
