using DurableTrainer.Training.Parallel.Pipeline.Schedules;
using DurableTrainer.Training.Parallel.Pipeline.Simulation;

namespace DurableTrainer.Training.Parallel.Pipeline.Running;

/// <summary>How long instructions take: of each kind and stage the median over the last batches.</summary>
internal sealed class StageTimes(Schedule schedule)
{
    private const int Batches = 20;

    private readonly RecentTimes[] times =
        [.. Enumerable.Range(0, schedule.Stages * Kinds).Select(_ => new RecentTimes(Batches))];

    private static int Kinds => Enum.GetValues<InstructionKind>().Length;

    /// <summary>Whether a batch was measured.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Seconds of an instruction.</summary>
    public double SecondsOf(InstructionKind kind, int stage) => Of(kind, stage).Median;

    /// <summary>What a micro-batch costs on each stage.</summary>
    public IReadOnlyList<StageCost> Costs =>
        [.. Enumerable.Range(0, schedule.Stages).Select(stage => schedule.SplitsBackward
            ? new StageCost(
                SecondsOf(InstructionKind.Forward, stage), SecondsOf(InstructionKind.BackwardInputs, stage), SecondsOf(InstructionKind.BackwardWeights, stage))
            : new StageCost(SecondsOf(InstructionKind.Forward, stage), SecondsOf(InstructionKind.Backward, stage), 0))];

    /// <summary>Takes note of a batch whose micro-batches were all of full size.</summary>
    /// <param name="plan">Its instructions.</param>
    /// <param name="secondsOf">How long each of them took.</param>
    public void Observe(InstructionPlan plan, Func<int, double> secondsOf)
    {
        foreach (var group in plan.Instructions.Index().GroupBy(one => (one.Item.Kind, one.Item.Stage)))
            Of(group.Key.Kind, group.Key.Stage).Add(group.Average(one => secondsOf(one.Index)));
        IsKnown = true;
    }

    public void Clear()
    {
        IsKnown = false;
        foreach (var time in times)
            time.Clear();
    }

    private RecentTimes Of(InstructionKind kind, int stage) => times[stage * Kinds + (int)kind];
}
