using System.Diagnostics;
using DurableTrainer.Bench.Measuring;
using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning;

namespace DurableTrainer.Bench.Tuner;

/// <summary>The only place that talks to the tuner: asks for points, tries them, tells what they reached.</summary>
internal sealed class Search
{
    private const double EnoughMilliseconds = 4000;

    /// <summary>To ask what would be handed over costs a model.</summary>
    private const int ChosenEvery = 5;

    private readonly SearchPlan plan;
    private readonly Tuning.Tuner tuner;
    private TunerState state;

    public Search(SearchPlan plan)
    {
        this.plan = plan;
        tuner = new Tuning.Tuner(Settings(plan));
        state = tuner.Start();
    }

    /// <summary>Runs it to its last trial, or until nothing is left to try.</summary>
    public SearchRun Run(CancellationToken cancellation)
    {
        var (best, origins, points) = (new List<double>(plan.Trials), new List<string>(plan.Trials), new List<Point>(plan.Trials));
        var (luckiestTold, luckiest) = (double.PositiveInfinity, double.PositiveInfinity);
        var isLeft = true;
        while (isLeft && best.Count < plan.Trials)
        {
            cancellation.ThrowIfCancellationRequested();
            var asked = new List<Proposal>();
            while (isLeft && asked.Count < Math.Min(plan.Batch, plan.Trials - best.Count))
            {
                var proposal = Propose(best.Count + asked.Count);
                isLeft = proposal.Point is not null;
                if (isLeft)
                    asked.Add(proposal);
            }

            foreach (var proposal in asked)
            {
                var (told, value) = Tell(proposal);
                var before = best.Count == 0 ? double.PositiveInfinity : best[^1];
                best.Add(plan.Task.Noise == 0 ? Math.Min(value, before) : IsLookedAt(best.Count + 1) ? Chosen() : before);
                if (told < luckiestTold)
                    (luckiestTold, luckiest) = (told, value);
                origins.Add(proposal.Origin);
                points.Add(proposal.Point!);
            }
        }

        return new SearchRun(plan, best, luckiest, origins) { Points = points };
    }

    private bool IsLookedAt(int trials) => trials % ChosenEvery == 0 || trials == plan.Trials;

    /// <summary>
    /// The median time of proposals of which each knows of one more trial, in milliseconds. Slow ones are fewer: after some seconds
    /// those that were measured count.
    /// </summary>
    /// <param name="done">Trials that come first; the proposals for those that the plan has beyond them are measured.</param>
    /// <param name="patience">How long those that come first may take.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>Null when they took longer, or nothing was left to try.</returns>
    public double? ProposalMilliseconds(int done, TimeSpan patience, CancellationToken cancellation)
    {
        var (start, milliseconds) = (Stopwatch.GetTimestamp(), new List<double>());
        for (var trial = 0; trial < plan.Trials && milliseconds.Sum() < EnoughMilliseconds; trial++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (trial < done && patience != Timeout.InfiniteTimeSpan && Stopwatch.GetElapsedTime(start) > patience)
                return null;
            var asked = Stopwatch.GetTimestamp();
            var proposal = Propose(trial);
            if (proposal.Point is null)
                return null;
            if (trial >= done)
                milliseconds.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            _ = Tell(proposal);
        }

        return Statistics.Median(milliseconds);
    }

    private static SearchSettings Settings(SearchPlan plan) => new()
    {
        Seed = plan.Seed,
        Objectives = [new ObjectiveSpec { Metric = "value", Goal = Goal.Minimize }],
        Space = plan.Task.Space,
        Constraints = plan.Task.Constraints,
        Tuner = new TunerSpec { Agent = plan.Agent, Points = plan.Seeded },
        Trials = plan.Trials,
        Epochs = 1,
    };

    private Proposal Propose(int trial)
    {
        (state, var proposal) = tuner.Propose(state, trial);
        return proposal;
    }

    /// <summary>The true value of the point that the tuner hands over; infinite where no trial has a value.</summary>
    private double Chosen() => tuner.Best(state) is not { } best
        ? double.PositiveInfinity
        : plan.Task.Value(state.Trials[best.Trial].PointIn(new SearchSpace(plan.Task.Space, plan.Task.Constraints)));

    /// <returns>What the tuner was told and what is true; both infinite where the trial failed.</returns>
    private (double Told, double Value) Tell(Proposal proposal)
    {
        if (plan.Task.Fails(proposal.Point!))
        {
            (state, _) = tuner.End(state, new TrialEnd(proposal.Trial, TrialStatus.Failed));
            return (double.PositiveInfinity, double.PositiveInfinity);
        }

        var value = plan.Task.Value(proposal.Point!);
        // The noise of a trial belongs to its number, so that all agents have the same luck.
        var told = value + plan.Task.Noise * new KeyedRandom(plan.Seed, "bench/noise", proposal.Trial).NextGaussian();
        (state, _) = tuner.Report(state, new TrialReport(proposal.Trial, Slice: 0, Epoch: 1, [told]));
        (state, _) = tuner.End(state, new TrialEnd(proposal.Trial, TrialStatus.Completed));
        return (told, value);
    }
}
