using DurableTrainer.Core.Randomness;
using DurableTrainer.Tuning.Beliefs;
using DurableTrainer.Tuning.Experts;
using DurableTrainer.Tuning.Experts.Gaussian;
using DurableTrainer.Tuning.Experts.Parzen;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Bandits;

/// <summary>
/// A contextual bandit over experts: discounted Thompson sampling (Raj and Kalyani 2017) with a linear model of each expert's reward
/// (Agrawal and Goyal, ICML 2013). Each expert is credited for each trial as much as it wanted it before the result was known. While the
/// process predicts well there is nothing to choose: its own expert is followed, and nobody is credited.
/// </summary>
internal sealed class Bandit
{
    /// <summary>Now and then a look at where nobody was, whatever the bandit has learned.</summary>
    private const double ExplorationFloor = 0.02;

    /// <summary>A process that learned as much predicts well: what it has not seen is e times as likely to it as to one that knows nothing.</summary>
    private const double Enough = 1;

    /// <summary>Place of the expert that takes the process at its word.</summary>
    private const int Believer = 0;

    /// <summary>
    /// The experts, and what they are expected to earn before anything is known, as weights of the context: a constant, dimension, choices,
    /// conditions, trials, budget left, stagnation, held-out likelihood, infeasible share.
    /// </summary>
    private static readonly (Expert Expert, double[] Believed)[] Experts =
    [
        (GaussianExpert.Believer(), [0.6, 0, 0, 0, 0, 0, -0.1, 0.2, 0]),
        (GaussianExpert.Sceptic(), [0.4, 0, 0, 0, 0, 0, 0, 0, 0]),
        (new ParzenExpert(), [-0.2, 0, 0.1, 0.1, 0, 0, 0, -0.2, 0]),
        (new Neighbourhood(), [0.6, 0, 0, 0, 0, -0.5, 0, 0, 0]),
        (new SpaceFilling(), [-0.3, 0, 0, 0, 0, 0, 0.2, 0, 0]),
    ];

    private readonly Arm[] arms;
    private readonly int[] chosen;
    private readonly double[] earned;

    private Bandit(BanditState? state)
    {
        arms = [.. Experts.Select((expert, i) => new Arm(expert.Believed, state?.Experts[i]))];
        chosen = [.. Experts.Select((_, i) => state?.Experts[i].Chosen ?? 0)];
        earned = [.. Experts.Select((_, i) => state?.Experts[i].Earned ?? 0)];
    }

    /// <summary>The next point with the name of who chose it, and what is to be remembered; null when nobody finds any.</summary>
    public static (double[] Unit, string Expert, BanditState State)? Choose(SearchHistory history, BanditState? state)
    {
        KeyedRandom Random(string purpose) => new(history.Settings.Seed, "agent/bandit/" + purpose, step: history.State.Trials.Count);

        state = state is not null && IsOurs(state) ? state : null;
        var bandit = new Bandit(state);
        var regret = history.Belief is { } belief ? RegretBound.Of(history, belief.Objectives[0], Random("regret")) : 0;
        var open = bandit.Settle(history, state?.Open ?? [], regret);

        var (context, random) = (Context.Of(history), Random("choice"));
        var explores = random.NextDouble() < ExplorationFloor;
        if (!explores && PredictsWell(history) && OpinionOf(Believer)?.Unit is { } believed)
            return Take(Believer, believed, new double[Experts.Length]);
        Opinion?[] opinions = [.. Enumerable.Range(0, Experts.Length).Select(OpinionOf)];
        return bandit.Pick(opinions, context, explores, random) is var (who, unit)
            ? Take(who, unit, [.. opinions.Select((opinion, i) => i == who ? 1 : opinion?.Share(unit) ?? 0)])
            : null;

        Opinion? OpinionOf(int who) => Experts[who].Expert.Of(history, Experts[who].Expert.RandomOf(history));

        (double[], string, BanditState) Take(int who, double[] unit, double[] shares)
        {
            bandit.chosen[who]++;
            var wager = new Wager { Trial = history.State.Trials.Count, Expert = who, Context = context, Shares = shares, Regret = regret };
            return (unit, Experts[who].Expert.Name, bandit.Save([.. open, wager]));
        }
    }

    /// <summary>Whether every objective is predicted well, by what was seen: of trials under way the process only imagines what they will be.</summary>
    private static bool PredictsWell(SearchHistory history) =>
        history.Pending.Count == 0 && history.Belief is { } belief && belief.Objectives.All(objective => objective.Learned >= Enough);

    /// <summary>The first in the order of their draws who has a point; only that one has to look for it.</summary>
    private (int Who, double[] Unit)? Pick(Opinion?[] opinions, double[] context, bool explores, KeyedRandom random)
    {
        double[] draws = [.. arms.Select(arm => arm.Draw(context, random))];
        if (explores)
            draws[^1] = double.PositiveInfinity;
        foreach (var who in Enumerable.Range(0, draws.Length).OrderByDescending(who => draws[who]))
        {
            if (opinions[who]?.Unit is { } unit)
                return (who, unit);
        }

        return null;
    }

    /// <summary>Credits the experts for trials that have ended since; returns those that have not.</summary>
    private List<Wager> Settle(SearchHistory history, IReadOnlyList<Wager> wagers, double regret)
    {
        var trials = history.State.Trials;
        foreach (var wager in wagers.Where(wager => trials[wager.Trial].Status is not (TrialStatus.Running or TrialStatus.Cancelled)))
        {
            var reward = RewardOf(history, wager, regret);
            earned[wager.Expert] += reward;
            for (var i = 0; i < arms.Length; i++)
                arms[i].Learn(wager.Context, wager.Shares[i], reward);
        }

        return [.. wagers.Where(wager => trials[wager.Trial].Status == TrialStatus.Running)];
    }

    private static double RewardOf(SearchHistory history, Wager wager, double regret)
    {
        if (history.Belief is not { } belief)
            return 0;
        var objective = belief.Objectives[0];
        var (before, reached) = history.BestAround(wager.Trial, objective.Losses.Targets);
        return Reward.Of(before, reached, objective, wager.Regret, regret, history.RelativeCost(wager.Trial));
    }

    /// <summary>What was learned with other experts, or of other contexts, says nothing here: the bandit starts anew.</summary>
    private static bool IsOurs(BanditState state) =>
        state.Experts.Select(expert => expert.Name).SequenceEqual(Experts.Select(expert => expert.Expert.Name))
        && state.Experts.All(Arm.CanContinue)
        && state.Open.All(wager => wager.Context.Count == Context.Count && wager.Shares.Count == Experts.Length);

    private BanditState Save(IReadOnlyList<Wager> open) => new()
    {
        Experts = [.. Experts.Select((expert, i) => arms[i].Save(expert.Expert.Name, chosen[i], earned[i]))],
        Open = open,
    };
}
