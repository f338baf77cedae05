using DurableTrainer.Training.Metrics;
using DurableTrainer.Training.Optimizers;
using DurableTrainer.Training.Parallel.Async.Replicas;

namespace DurableTrainer.Training.Parallel.Async.Server;

/// <summary>
/// Holds the model, hands out batches with the parameters as they are, and applies what comes back. One caller at a time; whoever runs
/// learners on several threads sees to that.
/// </summary>
/// <param name="ledger">Decides what is applied.</param>
/// <param name="model">What it is applied to.</param>
/// <param name="rates">The learning rate of each update before it is scaled.</param>
internal sealed class ParameterServer(UpdateLedger ledger, ServerModel model, RateSchedule rates)
{
    private readonly List<(Push Push, Contribution Part)> round = [];
    private readonly List<UpdateRecord> records = [];
    private int epoch;
    private int applied;
    private MetricSum? metrics;
    private EpochBatches? batches;

    public UpdateLedger Ledger => ledger;

    /// <summary>Numbers that go with an assignment: parameters, and state after them.</summary>
    public int Length => model.Length;

    /// <summary>The batches of the running epoch.</summary>
    public EpochBatches Batches => batches ?? throw new InvalidOperationException("No epoch has begun.");

    /// <summary>Whether all batches of the epoch are applied.</summary>
    public bool IsEpochDone => ledger.BatchesLeft == 0 && round.Count == 0;

    /// <summary>Updates of the running epoch, in the order in which they were applied.</summary>
    public IReadOnlyList<UpdateRecord> Records => records;

    /// <summary>What was not finite when a push was refused for it last.</summary>
    public string? Trouble { get; private set; }

    /// <param name="of">Epochs that are done.</param>
    /// <param name="work">Its batches.</param>
    /// <param name="sum">Takes in what comes of each, as it was when it was computed.</param>
    public void BeginEpoch(int of, EpochBatches work, MetricSum sum)
    {
        (epoch, applied, metrics, batches) = (of, 0, sum, work);
        records.Clear();
        round.Clear();
        Trouble = null;
        ledger.BeginEpoch(work.Count);
    }

    /// <inheritdoc cref="UpdateLedger.Join"/>
    public Welcome? Join(int learner) => ledger.Join(learner);

    public void Leave(int learner)
    {
        ledger.Leave(learner);
        EndRoundIfComplete();
    }

    /// <inheritdoc cref="UpdateLedger.Expire"/>
    public IReadOnlyList<int> Expire(TimeSpan now)
    {
        var late = ledger.Expire(now);
        EndRoundIfComplete();
        return late;
    }

    /// <inheritdoc cref="UpdateLedger.Take"/>
    /// <param name="learner">Who asks.</param>
    /// <param name="membershipEpoch">Under which epoch.</param>
    /// <param name="now">The lease begins then.</param>
    /// <param name="parameters">Gets the parameters that go with it, and the state after them.</param>
    public Assignment? Take(int learner, long membershipEpoch, TimeSpan now, Span<float> parameters)
    {
        var assignment = ledger.Take(learner, membershipEpoch, now);
        if (assignment is not null)
            model.CopyTo(parameters);
        return assignment;
    }

    /// <summary>Judges a push, and applies it if it is to be.</summary>
    /// <param name="push">What the learner says of it.</param>
    /// <param name="gradient">What it brings.</param>
    /// <param name="targets">Of its batch.</param>
    public Ack Push(in Push push, Gradient gradient, ReadOnlySpan<float> targets)
    {
        var ack = ledger.Judge(push);
        switch (ack.Outcome)
        {
            case PushOutcome.Applied:
                Apply(push, gradient, ack);
                metrics!.Add(gradient.Outputs, targets, gradient.LossSum);
                break;
            case PushOutcome.Gathered:
                metrics!.Add(gradient.Outputs, targets, gradient.LossSum);
                round.Add((push, new Contribution(push.Batch, [.. gradient.Values], [.. gradient.State], gradient.Count)));
                break;
            case PushOutcome.NonFinite:
                Trouble = double.IsFinite(gradient.LossSum)
                    ? $"the gradient of batch {push.Batch} was not a finite number"
                    : $"the training loss of batch {push.Batch} became {(double.IsNaN(gradient.LossSum) ? "not a number" : "infinite")}";
                break;
        }

        EndRoundIfComplete();
        return ack with { Version = ledger.Version };
    }

    private void Apply(in Push push, Gradient gradient, in Ack ack)
    {
        var scale = push.Scale ?? StalenessScale.Inverse(ack.Staleness);
        var rate = NextRate() * scale;
        model.Apply(gradient.Values, gradient.State, ack.Learners, ack.Version, rate);
        records.Add(new UpdateRecord(ack.Version, epoch + 1, push.Learner, push.Batch, push.BaseVersion, rate, scale, ack.Learners));
        applied++;
    }

    /// <summary>By the place in the trial, as in a session of one processor.</summary>
    private double NextRate() => rates.At((long)epoch * rates.StepsPerEpoch + applied);

    private void EndRoundIfComplete()
    {
        if (round.Count == 0 || !ledger.IsRoundComplete)
            return;
        ledger.EndRound();
        var rate = NextRate();
        var mean = Contribution.MeanOf([.. round.Select(one => one.Part)]);
        model.Apply(mean.Values, mean.State, 1, ledger.Version, rate);
        foreach (var (push, _) in round)
            records.Add(new UpdateRecord(ledger.Version, epoch + 1, push.Learner, push.Batch, push.BaseVersion, rate, 1, round.Count));

        applied += round.Count;
        round.Clear();
    }
}
