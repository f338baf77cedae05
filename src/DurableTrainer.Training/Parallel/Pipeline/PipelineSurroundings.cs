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
    public Action<TimeSpan> Rest { get; init; } = Thread.Sleep;

    /// <summary>After how many nodes the model is cut; where stages take about equally long when null.</summary>
    internal IReadOnlyList<int>? Cuts { get; init; }
}
