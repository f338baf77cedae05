using DurableTrainer.Training.Parallel.Data.Planning;

namespace DurableTrainer.Training.Parallel.Data;

/// <summary>What the units that share batches live in.</summary>
public sealed record DataSurroundings
{
    /// <summary>This machine's clock.</summary>
    public static DataSurroundings Plain { get; } = new();

    /// <summary>By which units are probed and watched; asked on the thread that works.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How a unit rests that is throttled.</summary>
#pragma warning disable RS0030 // To rest is the thing itself: this is what a throttled unit does instead of working.
    public Action<TimeSpan> Rest { get; init; } = Thread.Sleep;
#pragma warning restore RS0030

    /// <summary>Told of every step.</summary>
    internal Action<StepTiming>? Observed { get; init; }
}
