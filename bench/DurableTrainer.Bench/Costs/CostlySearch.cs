using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning;
using DurableTrainer.Tuning.Insight;

namespace DurableTrainer.Bench.Costs;

/// <summary>A search of <see cref="CostlyTask"/>, of which trials over a limit fail.</summary>
internal static class CostlySearch
{
    /// <param name="agent">Who searches.</param>
    /// <param name="seed">Of the search and of the noise.</param>
    /// <param name="trials">How many.</param>
    /// <param name="isMasked">Whether the tuner knows of the limits, and learns what points take.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static CostlyRun Run(TunerAgent agent, long seed, int trials, bool isMasked, CancellationToken cancellation)
    {
        var tuner = new Tuning.Tuner(Settings(agent, seed, trials) with { Limits = isMasked ? CostlyTask.Limits : null });
        var (state, over, checks, best) = (tuner.Start(), 0, 0, double.PositiveInfinity);
        for (var trial = 0; trial < trials; trial++)
        {
            cancellation.ThrowIfCancellationRequested();
            (state, var proposal) = tuner.Propose(state, trial);
            var usage = CostlyTask.Measure(proposal.Point!, seed, trial);
            var isOver = CostlyTask.IsOver(usage);
            var loss = CostlyTask.Loss(proposal.Point!);
            over += isOver ? 1 : 0;
            checks += proposal.Origin.Contains("check", StringComparison.Ordinal) ? 1 : 0;
            best = isOver ? best : Math.Min(best, loss);
            (state, _) = tuner.End(state, isOver
                ? new TrialEnd(trial, TrialStatus.Failed, Usage: usage)
                : new TrialEnd(trial, TrialStatus.Completed, Values: [loss], Usage: usage));
        }

        return new CostlyRun(over, checks, best);
    }

    /// <summary>The correlations after so many trials that are spread over the space.</summary>
    public static CorrelationReport Correlate(long seed, int trials)
    {
        var settings = Settings(TunerAgent.Sobol, seed, trials) with { Limits = new LimitsSpec { Memory = new MemorySize(long.MaxValue) } };
        var tuner = new Tuning.Tuner(settings);
        var state = tuner.Start();
        for (var trial = 0; trial < trials; trial++)
        {
            (state, var proposal) = tuner.Propose(state, trial);
            (state, _) = tuner.End(state, new TrialEnd(
                trial, TrialStatus.Completed, Values: [CostlyTask.Loss(proposal.Point!)], Usage: CostlyTask.Measure(proposal.Point!, seed, trial)));
        }

        return Correlations.Of(settings, state.Trials);
    }

    private static SearchSettings Settings(TunerAgent agent, long seed, int trials) => new()
    {
        Seed = seed,
        Objectives = [new ObjectiveSpec { Metric = "loss", Goal = Goal.Minimize }],
        Space = CostlyTask.Space,
        Tuner = new TunerSpec { Agent = agent },
        Trials = trials,
        Epochs = CostlyTask.Epochs,
    };
}

/// <param name="Over">Trials that went over a limit.</param>
/// <param name="Checks">Trials that were masked and were tried to check the mask.</param>
/// <param name="Best">The least loss of those that did not go over.</param>
internal sealed record CostlyRun(int Over, int Checks, double Best);
