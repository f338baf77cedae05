using DurableTrainer.Core.Spec;

namespace DurableTrainer.Core.Training;

/// <summary>What one trial trains, with every <c>$name</c> replaced by the point's value.</summary>
public sealed record TrainingSpec
{
    public required DataSpec Data { get; init; }

    /// <summary>What is done to each training sample anew in every epoch, first to last; nothing to the samples that compare trials.</summary>
    public IReadOnlyList<AugmentSpec> Augment { get; init; } = [];

    public InputSpec Input { get; init; } = new();

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
