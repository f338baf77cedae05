using System.Text.Json.Serialization;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Parallel.Pipeline.Timelines;

/// <summary>An iteration of a pipelined trial as it was foretold and as it was: what its units did, when they idled, and what filled that.</summary>
public sealed record PipelineTimeline
{
    /// <summary>Whose model is pipelined.</summary>
    public required int Trial { get; init; }

    public required PipelineSchedule Schedule { get; init; }

    /// <summary>m.</summary>
    public required int MicroBatches { get; init; }

    /// <summary>Parts of the model.</summary>
    public required int Stages { get; init; }

    /// <summary>Epochs of the trial that were done; null when the iteration is only foretold.</summary>
    public int? Epoch { get; init; }

    /// <summary>Optimizer steps of the trial that were done; null when the iteration is only foretold.</summary>
    public long? Step { get; init; }

    /// <summary>Of the iteration, as it was where that was measured, or else as it was foretold.</summary>
    public required double Seconds { get; init; }

    /// <summary>The share of the time of all units in which the trial leaves them idle.</summary>
    public required double BubbleShare { get; init; }

    /// <summary>How many times as much is done with fillers as without, in the time of the trial alone; null when there are none.</summary>
    public double? Gain { get; init; }

    /// <summary>Those with the first stages first.</summary>
    public required IReadOnlyList<UnitTimeline> Units { get; init; }
}

/// <summary>What one unit did.</summary>
/// <param name="Name">As a user knows it.</param>
/// <param name="Predicted">In order of time.</param>
/// <param name="Measured">In order of time; empty when the iteration is only foretold.</param>
/// <param name="Filler">In order of time: measured where <paramref name="Measured"/> is, or else foretold.</param>
public sealed record UnitTimeline(
    string Name, IReadOnlyList<TimelinePass> Predicted, IReadOnlyList<TimelinePass> Measured, IReadOnlyList<TimelineFill> Filler)
{
    /// <summary>As it was, or else as it was foretold.</summary>
    [JsonIgnore]
    public IReadOnlyList<TimelinePass> Known => Measured.Count > 0 ? Measured : Predicted;
}
