using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Parallel.Pipeline.Schedules;

/// <summary>
/// What every unit of a pipeline does for a batch, one instruction after the other. On every stage micro-batches go back in the order of their
/// numbers, and so the sums of gradients are the same to the bit whatever the schedule.
/// </summary>
internal sealed record Schedule
{
    private Schedule() { }

    public required PipelineSchedule Kind { get; init; }

    /// <summary>p: what computes at the same time.</summary>
    public required int Units { get; init; }

    /// <summary>Parts of the model: p, or a multiple of p where they are interleaved.</summary>
    public required int Stages { get; init; }

    /// <summary>m: parts of the batch.</summary>
    public required int MicroBatches { get; init; }

    /// <summary>The instructions of each unit, in their order.</summary>
    public required IReadOnlyList<IReadOnlyList<Instruction>> ByUnit { get; init; }

    /// <summary>Whether the way back is in two parts.</summary>
    public bool SplitsBackward => Kind == PipelineSchedule.ZeroBubble;

    /// <summary>Which unit has a stage: one after the other, and round again.</summary>
    public int UnitOf(int stage) => stage % Units;

    /// <param name="kind">Which order.</param>
    /// <param name="units">p, at least 1.</param>
    /// <param name="microBatches">m, at least 1.</param>
    /// <param name="stagesPerUnit">v: above 1 for <see cref="PipelineSchedule.Interleaved"/> alone, which with 1 is the order without interleaving.</param>
    /// <exception cref="ArgumentException">There is no such schedule.</exception>
    public static Schedule Of(PipelineSchedule kind, int units, int microBatches, int stagesPerUnit = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(microBatches, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stagesPerUnit, 1);
        if (stagesPerUnit > 1 && kind != PipelineSchedule.Interleaved)
            throw new ArgumentException($"Only an interleaved pipeline has several stages on a unit, and {stagesPerUnit} were asked for.", nameof(stagesPerUnit));

        return new Schedule
        {
            Kind = kind,
            Units = units,
            Stages = units * stagesPerUnit,
            MicroBatches = microBatches,
            ByUnit = [.. Enumerable.Range(0, units).Select(unit => Order(unit).ToArray())],
        };

        IEnumerable<Instruction> Order(int unit) => kind switch
        {
            PipelineSchedule.GPipe => GPipeOrder.Of(unit, microBatches),
            PipelineSchedule.OneForwardOneBackward => OneForwardOneBackwardOrder.Of(unit, units, microBatches),
            PipelineSchedule.Interleaved when stagesPerUnit == 1 => OneForwardOneBackwardOrder.Of(unit, units, microBatches),
            PipelineSchedule.Interleaved => InterleavedOrder.Of(unit, units, microBatches, stagesPerUnit),
            PipelineSchedule.ZeroBubble => ZeroBubbleOrder.Of(unit, units, microBatches),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such schedule."),
        };
    }

    /// <summary>What must be done before an instruction can be, whatever its unit did before it.</summary>
    public IEnumerable<Instruction> Needs(Instruction instruction)
    {
        var (kind, stage, microBatch) = instruction;
        switch (kind)
        {
            case InstructionKind.Forward when stage > 0:
                yield return new Instruction(InstructionKind.Forward, stage - 1, microBatch);
                break;
            case InstructionKind.Backward or InstructionKind.BackwardInputs:
                yield return new Instruction(InstructionKind.Forward, stage, microBatch);
                if (stage < Stages - 1)
                    yield return new Instruction(kind, stage + 1, microBatch);
                break;
            case InstructionKind.BackwardWeights:
                yield return new Instruction(InstructionKind.BackwardInputs, stage, microBatch);
                break;
        }
    }

    /// <summary>
    /// The most micro-batches whose way forward through a stage is done and whose way back, weights included, is not: for so many at once the
    /// stage must keep what the way back needs.
    /// </summary>
    public int MostInFlight(int stage)
    {
        var (most, now) = (0, 0);
        foreach (var (kind, at, _) in ByUnit[UnitOf(stage)])
        {
            if (at != stage)
                continue;
            now += kind switch { InstructionKind.Forward => 1, InstructionKind.BackwardInputs => 0, _ => -1 };
            most = Math.Max(most, now);
        }

        return most;
    }
}
