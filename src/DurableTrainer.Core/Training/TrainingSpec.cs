using DurableTrainer.Core.Spec;

namespace DurableTrainer.Core.Training;

/// <summary>What one trial trains, with every <c>$name</c> replaced by the point's value.</summary>
public sealed record TrainingSpec
{
    public required DataSpec Data { get; init; }

    public required ModelSpec Model { get; init; }

    public required LossSpec Loss { get; init; }

    public OptimizerSpec Optimizer { get; init; } = new AdamWSpec();

    /// <summary>Samples per optimizer step; the last batch of an epoch may be smaller.</summary>
    [AtLeast(1)]
    public int BatchSize { get; init; } = 32;

    /// <summary>Passes over the training data of a trial that is not stopped.</summary>
    [AtLeast(1)]
    public int Epochs { get; init; } = 10;

    public ParallelSpec Parallel { get; init; } = new SingleParallelSpec();
}
