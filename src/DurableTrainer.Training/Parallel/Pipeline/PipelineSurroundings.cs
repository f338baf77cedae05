using System.Diagnostics;
using DurableTrainer.Training.Parallel.Pipeline.Filling;
using DurableTrainer.Training.Parallel.Pipeline.Running;

namespace DurableTrainer.Training.Parallel.Pipeline;

/// <summary>What a pipeline lives in.</summary>
public sealed record PipelineSurroundings
{
    /// <summary>Systems do not rest for less.</summary>
    internal static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(1);

    /// <summary>The clock of this machine.</summary>
    public static PipelineSurroundings Plain { get; } = new();

    /// <summary>What instructions are timed by; asked on the threads of units.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Has a throttled unit rest.</summary>
#pragma warning disable RS0030 // To rest is the thing itself: this is what a throttled unit does instead of working.
    public Action<TimeSpan> Rest { get; init; } = Thread.Sleep;
#pragma warning restore RS0030

    /// <summary>Where trials of the experiment meet that fill each other's gaps; null where there is no such place.</summary>
    public FillPlace? Place { get; init; }

    /// <summary>Whether the trial begins as one that fills, and waits a moment for the one that is filled if nobody is.</summary>
    public bool IsInGaps { get; init; }

    /// <summary>Bytes that are free on this machine.</summary>
    internal Func<long> FreeMemory { get; init; } = () => GC.GetGCMemoryInfo() is var memory ? memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes : 0;

    /// <summary>Whether units of a trial that fills have a processor only as long as nobody else wants it.</summary>
    internal bool FillersYield { get; init; } = IdlePriority.IsSupported;

    /// <summary>Whether others are let into the gaps of the next batch at all; for comparing batches with and without.</summary>
    internal Func<bool> MayFill { get; init; } = () => true;

    /// <summary>Ends the process of a trial that does not leave a gap.</summary>
    internal Action<int> EndProcess { get; init; } = id =>
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            // It has ended by itself.
        }
    };

    /// <summary>Told of every batch of full size.</summary>
    internal Action<BatchRecord>? Observed { get; init; }

    /// <summary>After how many nodes the model is cut, for good; where stages take about equally long when null.</summary>
    internal IReadOnlyList<int>? Cuts { get; init; }
}
