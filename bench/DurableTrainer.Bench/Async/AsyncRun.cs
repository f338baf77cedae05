using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Async;
using DurableTrainer.Training.Sessions;

namespace DurableTrainer.Bench.Async;

/// <summary>What one run came to.</summary>
/// <param name="Loss">The validation loss after the last epoch; infinite when it became no number.</param>
/// <param name="Records">Its updates, as they were applied.</param>
internal sealed record AsyncRun(double Loss, IReadOnlyList<UpdateRecord> Records)
{
    /// <summary>The mean of the rates that updates were applied with.</summary>
    public double MeanStep => Records.Average(record => record.Rate);

    public double MeanScale => Records.Average(record => record.Scale);

    /// <summary>Trains the task with a rule; at the base rate that makes updates as large as the window's on average where it is to be matched.</summary>
    public static AsyncRun Of(AsyncTask task, AsyncSetting setting, AsyncRule rule, int seed, CancellationToken cancellation)
    {
        if (!rule.IsMatched || rule == AsyncRule.Window)
            return Train(task, setting, rule, seed, cancellation);
        // How stale updates are does not depend on what is trained, so neither does what a rule makes of it.
        var hollow = task.Hollow();
        var wanted = Train(hollow, setting, AsyncRule.Window, seed, cancellation).MeanScale;
        var own = Train(hollow, setting, rule, seed, cancellation).MeanScale;
        var optimizer = task.Spec.Optimizer with { LearningRate = task.Spec.Optimizer.LearningRate * wanted / own };
        return Train(task with { Spec = task.Spec with { Optimizer = optimizer } }, setting, rule, seed, cancellation);
    }

    private static AsyncRun Train(AsyncTask task, AsyncSetting setting, AsyncRule rule, int seed, CancellationToken cancellation)
    {
        var split = task.SplitOf(seed);
        var spec = task.Spec with { Parallel = new AsyncParallelSpec { Learners = setting.Learners, Context = rule.Context } };
        using var session = new AsyncSession(
            spec, task.Dataset, split, seed, trial: 0,
            surroundings: new AsyncSurroundings { Virtual = setting.Of(seed, task.UpdatesOf(split)) });
        var records = new List<UpdateRecord>();
        while (session.Epoch < spec.Epochs)
        {
            var result = session.RunEpoch(cancellation);
            cancellation.ThrowIfCancellationRequested();
            if (result.Outcome == EpochOutcome.NonFinite)
                return new AsyncRun(double.PositiveInfinity, records);
            records.AddRange(session.Records);
        }

        return new AsyncRun(session.History[^1].Values["validation.loss"], records);
    }
}
