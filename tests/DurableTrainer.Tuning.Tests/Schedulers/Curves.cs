using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Schedulers;

namespace DurableTrainer.Tuning.Tests.Schedulers;

/// <summary>What trials reported, in short, and searches over learning curves in place of training.</summary>
internal static class Curves
{
    public static readonly ObjectiveSpec Accuracy = new() { Metric = "validation.accuracy" };
    public static readonly ObjectiveSpec Loss = new() { Metric = "validation.loss", Goal = Goal.Minimize };

    /// <summary>A trial of 27 epochs that reported at some of them.</summary>
    public static Curve Of(int trial, params (int Epoch, double Value)[] reports) =>
        new(trial, () => 27, [.. reports.Select(report => new RungValue(report.Epoch, [report.Value]))]);

    /// <summary>Trials that reported once, at the same epoch.</summary>
    public static Curve[] At(int epoch, params double[] values) => [.. values.Select((value, i) => Of(i + 1, (epoch, value)))];

    public static string? WhyStop(SchedulerSpec spec, ObjectiveSpec objective, Curve own, params Curve[] others) =>
        WhyStop(Scheduler.Create(spec), new Standing([objective], own, others));

    public static string? WhyStop(Scheduler scheduler, Standing standing) => scheduler.Rule(standing) is { Stops: true } ruling ? ruling.Reason : null;

    /// <summary>Runs a search, one trial after the other, and tells of each how it ended.</summary>
    /// <param name="scheduler">The scheduler.</param>
    /// <param name="objective">What is better.</param>
    /// <param name="trials">How many there are.</param>
    /// <param name="curve">The value of a trial after an epoch.</param>
    /// <param name="epochs">Epochs of a trial.</param>
    public static List<Ending> Run(SchedulerSpec scheduler, ObjectiveSpec objective, int trials, Func<int, int, double> curve, int epochs = 27)
    {
        var tuner = new Tuner(Search.Cube(1, seed: 1, TunerAgent.Sobol) with { Objectives = [objective], Scheduler = scheduler, Epochs = epochs });
        var state = tuner.Start();
        var endings = new List<Ending>();
        for (var trial = 0; trial < trials; trial++)
        {
            (state, var proposal) = tuner.Propose(state, trial);
            var (epoch, slice) = (proposal.ToEpoch, 0);
            (state, var decision) = tuner.Report(state, new TrialReport(trial, slice++, epoch, [curve(trial, epoch)]));
            while (decision.Verdict == Verdict.Continue)
            {
                epoch = decision.ToEpoch;
                (state, decision) = tuner.Report(state, new TrialReport(trial, slice++, epoch, [curve(trial, epoch)]));
            }

            (state, _) = tuner.End(state, new TrialEnd(trial, decision.Verdict == Verdict.Complete ? TrialStatus.Completed : TrialStatus.Stopped));
            endings.Add(new Ending(proposal.ToEpoch, epoch, decision));
        }

        return endings;
    }

    /// <param name="First">The first epoch at which it was decided about.</param>
    /// <param name="Epochs">The epochs that it had.</param>
    /// <param name="Last">The last decision.</param>
    internal sealed record Ending(int First, int Epochs, Decision Last);
}
