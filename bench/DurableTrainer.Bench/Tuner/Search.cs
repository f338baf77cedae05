using DurableTrainer.Bench.Tuner.Tasks;
using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning;

namespace DurableTrainer.Bench.Tuner;

/// <summary>The only place that talks to the tuner: asks for points, tries them, tells what they reached.</summary>
internal sealed class Search
{
    private readonly SearchPlan plan;
    private readonly Tuning.Tuner tuner;
    private TunerState state;

    /// <exception cref="BenchException">The agent is not there, or not for such a space.</exception>
    public Search(SearchPlan plan)
    {
        this.plan = plan;
        try
        {
            tuner = new Tuning.Tuner(Settings(plan));
        }
        catch (NotSupportedException exception)
        {
            throw new BenchException($"The agent {plan.Agent.ToName()} cannot search {plan.Task.Name}: {exception.Message}");
        }

        state = tuner.Start();
    }

    public static bool IsPossible(TunerAgent agent, SearchTask task)
    {
        try
        {
            _ = new Search(new SearchPlan(task, agent, 0, 1, 1));
            return true;
        }
        catch (BenchException)
        {
            return false;
        }
    }

    /// <summary>Runs it to its last trial, or until nothing is left to try.</summary>
    public SearchRun Run(CancellationToken cancellation)
    {
        var (best, origins) = (new List<double>(plan.Trials), new List<string>(plan.Trials));
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
                best.Add(Math.Min(value, best.Count == 0 ? double.PositiveInfinity : best[^1]));
                if (told < luckiestTold)
                    (luckiestTold, luckiest) = (told, value);
                origins.Add(proposal.Origin);
            }
        }

        return new SearchRun(plan, best, luckiest, origins);
    }

    private static SearchSettings Settings(SearchPlan plan) => new()
    {
        Seed = plan.Seed,
        Objectives = [new ObjectiveSpec { Metric = "value", Goal = Goal.Minimize }],
        Space = plan.Task.Space,
        Constraints = plan.Task.Constraints,
        Tuner = new TunerSpec { Agent = plan.Agent },
        Trials = plan.Trials,
        Epochs = 1,
    };

    private Proposal Propose(int trial)
    {
        (state, var proposal) = tuner.Propose(state, trial);
        return proposal;
    }

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
