using System.Text.Json.Serialization;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Core.Training;

/// <summary>
/// Units that each have a part of the model: a batch goes through them in micro-batches, forward from unit to unit and back again.
/// </summary>
public sealed record PipelineParallelSpec : ParallelSpec, ISelfChecking
{
    /// <summary>Units at most.</summary>
    public const int MostUnits = 16;

    /// <summary>Micro-batches of a batch at most.</summary>
    public const int MostMicroBatches = 256;

    /// <summary>Stages of one unit at most.</summary>
    public const int MostStagesPerUnit = 8;

    [JsonIgnore]
    public override string Mode => "pipeline";

    /// <summary>What computes; a number alone means so many units.</summary>
    [AtLeast(1), AtMost(MostUnits)]
    [JsonConverter(typeof(CountOrManyConverter<PipelineUnitSpec>))]
    public IReadOnlyList<PipelineUnitSpec> Units { get; init; } = [new PipelineUnitSpec(), new PipelineUnitSpec()];

    /// <summary>In which order micro-batches go forward and back.</summary>
    public PipelineSchedule Schedule { get; init; } = PipelineSchedule.OneForwardOneBackward;

    /// <summary>m, the parts of a batch that follow each other through the units.</summary>
    [AtLeast(1), AtMost(MostMicroBatches)]
    public int MicroBatches { get; init; } = 4;

    /// <summary>How many parts of the model a unit has: 2 when null where they are interleaved, and 1 otherwise.</summary>
    [AtLeast(1), AtMost(MostStagesPerUnit)]
    public int? StagesPerUnit { get; init; }

    /// <summary>What trains where the units would idle; nothing when null.</summary>
    public PipelineFillSpec? Fill { get; init; }

    /// <summary>Parts of the model.</summary>
    [JsonIgnore]
    public int Stages => Units.Count * (StagesPerUnit ?? (Schedule == PipelineSchedule.Interleaved ? 2 : 1));

    IEnumerable<(string Field, string Message)> ISelfChecking.Check()
    {
        if (Units.Count is 0 or > MostUnits)
            yield return ("units", $"has {Units.Count} items, must have 1 to {MostUnits}");
        if (StagesPerUnit > 1 && Schedule != PipelineSchedule.Interleaved)
            yield return ("stagesPerUnit", $"is {StagesPerUnit}, must be left out: only the schedule interleaved has several stages on a unit");
    }

    public bool Equals(PipelineParallelSpec? other) =>
        other is not null && Units.SequenceEqual(other.Units) && Schedule == other.Schedule && MicroBatches == other.MicroBatches
        && StagesPerUnit == other.StagesPerUnit && Fill == other.Fill;

    public override int GetHashCode() => HashCode.Combine(Units.Count, Schedule, MicroBatches, StagesPerUnit, Fill);
}

/// <summary>A processor of this machine that has a part of the model.</summary>
public sealed record PipelineUnitSpec
{
    /// <summary>
    /// The share of the time in which it works: below 1 it rests after its work, to stand for a slower processor. For trying things out.
    /// </summary>
    [AtLeast(0.01), AtMost(1)]
    public double DutyCycle { get; init; } = 1;

    /// <summary>What its part may take; as much as there is when null.</summary>
    [Above(0)]
    public MemorySize? Memory { get; init; }
}

/// <summary>Another trial in the gaps of a pipeline, while the one that the pipeline is for goes on as if it were alone.</summary>
public sealed record PipelineFillSpec
{
    /// <summary>What fills.</summary>
    public PipelineFiller With { get; init; }

    /// <summary>The share of its step time that filling may cost the trial that is filled; beyond it gaps are used less.</summary>
    [AtLeast(0), AtMost(1)]
    public double MaxMainSlowdown { get; init; } = 0.02;

    /// <summary>What a trial that fills may take: one that needs more waits until the units are free. As much as there is when null.</summary>
    [Above(0)]
    public MemorySize? Memory { get; init; }
}

/// <summary>What trains in the gaps of a pipeline.</summary>
public enum PipelineFiller
{
    /// <summary>Other trials of the same experiment.</summary>
    Trials,
}
