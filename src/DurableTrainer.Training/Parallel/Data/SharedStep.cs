using DurableTrainer.Training.Parallel.Async.Replicas;
using DurableTrainer.Training.Parallel.Data.Planning;
using DurableTrainer.Training.Parallel.Data.Replicas;
using DurableTrainer.Training.Parallel.Data.Units;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Data;

/// <summary>
/// A step whose ways forward and back several units share. It gives what one processor gives up to rounding: each unit's gradient counts as
/// much as its share of the targets that count, and layers that measure a batch measure all of it. Where replicas differ, each counts as much
/// again as its weight says, and the worst may be left out.
/// </summary>
internal sealed class SharedStep : ITrainingStep
{
    private readonly ITrainingStep step;
    private readonly UnitSharing sharing;
    private readonly SharedBatch batch;
    private readonly TensorList everything;
    private readonly TensorList state;
    private readonly TensorList gradients;
    private readonly float[] sum;
    private int[] shards = [];
    private UnitWork?[] work = [];
    private double seconds;
    private double lossSum;

    /// <param name="model">Holds the parameters and moves them.</param>
    /// <param name="sharing">The units, and who says what each of them does.</param>
    public SharedStep(ICompiledModel model, UnitSharing sharing)
    {
        (step, this.sharing) = (model.Step, sharing);
        everything = new TensorList(model.Parameters.Concat(model.State));
        state = new TensorList(model.State);
        gradients = new TensorList(model.Gradients);
        sum = new float[gradients.Length];
        batch = sharing.RoomForBatch(step.Batch, everything.Length);
    }

    public int Batch => step.Batch;

    public Span<float> Input => batch.Inputs;

    public ReadOnlySpan<float> Output => batch.Outputs.AsSpan(0, batch.Pass.Count * batch.OutputSize);

    /// <summary>Both ways, as units that have begun go on without waiting for each other.</summary>
    public double Forward(in Pass pass, ReadOnlySpan<float> targets)
    {
        var start = sharing.Time.GetTimestamp();
        batch.Take(pass, targets);
        everything.CopyTo(batch.Parameters);
        var before = sharing.Time.GetElapsedTime(start);
        (shards, work) = sharing.Run(batch);
        seconds = before.TotalSeconds + work.Max(one => one?.End ?? TimeSpan.Zero).TotalSeconds;
        lossSum = 0;
        foreach (var unit in Sharers)
            lossSum += unit.Result.LossSum;
        return lossSum;
    }

    public double? Backward()
    {
        var start = sharing.Time.GetTimestamp();
        // All of them measured the same batch.
        state.Write(Sharers.First().Result.State);
        AddUp([.. Sharers.Select(GradientOf)]);
        gradients.Write(sum);
        var norm = Clip();
        seconds += sharing.Time.GetElapsedTime(start).TotalSeconds;
        return norm;
    }

    public double? Clip() => step.Clip();

    public void Move(long step, double rate)
    {
        var start = sharing.Time.GetTimestamp();
        this.step.Move(step, rate);
        seconds += sharing.Time.GetElapsedTime(start).TotalSeconds;
        sharing.Observe(new StepTiming(
            batch.Pass.Step, shards, [.. work.Select(one => one?.Worked.TotalSeconds ?? 0)],
            work.Max(one => one?.End ?? TimeSpan.Zero).TotalSeconds, lossSum, seconds));
    }

    /// <summary>Units that have a part of the batch and are done with it; others were stopped by a loss that is not finite.</summary>
    private IEnumerable<Unit> Sharers => sharing.Units.Where(unit => work[unit.Number] is { Failure: null });

    private ReplicaGradient GradientOf(Unit unit)
    {
        var (result, end) = (unit.Result, work[unit.Number]!.Value);
        return new ReplicaGradient(unit.Number, result.Values, end.Weight, result.Count, end.Targets, result.LossSum);
    }

    /// <summary>Of all but those that are left out; for these the others count for more.</summary>
    private void AddUp(IReadOnlyList<ReplicaGradient> all)
    {
        var dropped = sharing.Comparison.Compare(all);
        var (isFirst, weight) = (true, 0.0);
        foreach (var (place, gradient) in all.Index())
        {
            if (dropped.Contains(place))
                continue;
            if (isFirst)
                gradient.Values.CopyTo(sum, 0);
            else
                GradientSum.Add(sum, gradient.Values);
            (isFirst, weight) = (false, weight + gradient.Weight);
        }

        if (dropped.Count > 0)
            GradientSum.Scale(sum, (float)(1 / weight));
    }
}
