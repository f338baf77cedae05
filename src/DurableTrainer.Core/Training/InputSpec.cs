using DurableTrainer.Core.Spec;

namespace DurableTrainer.Core.Training;

/// <summary>
/// How training samples that need work are made ready beside training. It changes when they are ready, never what they are.
/// </summary>
public sealed record InputSpec
{
    /// <summary>Threads of each stage; as many as training turns out to need when null.</summary>
    [AtLeast(1), AtMost(MostWorkers)]
    public int? Workers { get; init; }

    /// <summary>What batches that are made ready ahead may take; one batch at least.</summary>
    [AtLeast(1)]
    public MemorySize Memory { get; init; } = new(64L << 20);

    /// <summary>The most threads that a stage has.</summary>
    public const int MostWorkers = 64;
}
