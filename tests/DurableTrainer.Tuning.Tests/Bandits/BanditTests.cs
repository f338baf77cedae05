using DurableTrainer.Core.Randomness;
using DurableTrainer.Tuning.Bandits;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Tests.Bandits;

public class BanditTests
{
    private static readonly SearchSettings Settings = Search.Cube(2, 9);
    private static readonly Tuner Tuner = new(Settings);

    /// <summary>Ten trials have ended, and the bandit has chosen the eleventh, which runs.</summary>
    private static TunerState Running { get; } = Tuner.Propose(Search.Run(Settings, point => [Loss(point)], 10), 10).State;

    [Fact]
    public void Every_expert_learns_from_a_trial_as_much_as_it_had_a_share_in_it()
    {
        var wager = Assert.Single(Running.Bandit!.Open);
        var state = Running with { Bandit = Running.Bandit with { Open = [wager with { Shares = [1, 0.5, 0, 0.25, 0] }] } };
        var before = state.Bandit.Experts.Select(expert => expert.Precision[0]).ToList();

        state = Tuner.Propose(Ended(state, new TrialEnd(10, TrialStatus.Completed, Values: [0.5])), 11).State;

        // The precision of the constant's weight grows by the share over the variance of a reward.
        var gains = state.Bandit!.Experts.Zip(before, (expert, old) => expert.Precision[0] - old).ToList();
        Assert.True(gains[0] > 0);
        Assert.Equal(gains[0] / 2, gains[1], 1e-9);
        Assert.Equal(0, gains[2], 1e-9);
        Assert.Equal(gains[0] / 4, gains[3], 1e-9);
    }

    [Fact]
    public void Where_a_process_predicts_well_it_is_followed_and_nobody_is_credited()
    {
        var bandit = Search.Run(Settings, point => [Loss(point)], 40).Bandit!;

        Assert.InRange(bandit.Experts[0].Chosen, 25, 30);
        Assert.Equal("gp", bandit.Experts[0].Name);
        Assert.True(bandit.Experts[0].Earned > 0);
        var fresh = new Arm(new double[Context.Count], null).Save("fresh", 0, 0);
        Assert.Equal(fresh.Precision, bandit.Experts[2].Precision);
    }

    [Fact]
    public void Where_nothing_can_be_predicted_all_are_credited_and_others_are_asked()
    {
        // Values that have nothing to do with where they were found.
        var bandit = Search.Run(Settings, point => [new KeyedRandom((long)(1e12 * Search.Coordinates(point).Sum()), "dice").NextGaussian()], 40).Bandit!;

        Assert.InRange(bandit.Experts[0].Chosen, 1, 25);
        Assert.All(bandit.Experts, expert => Assert.True(expert.Precision[0] > 25.01, expert.Name));
    }

    [Fact]
    public void A_trial_that_improves_earns_and_one_that_fails_costs()
    {
        var who = Running.Bandit!.Open[0].Expert;
        double Earned(TrialEnd end) => Tuner.Propose(Ended(Running, end), 11).State.Bandit!.Experts[who].Earned;

        var (better, worse, failed) = (
            Earned(new TrialEnd(10, TrialStatus.Completed, Values: [-1])),
            Earned(new TrialEnd(10, TrialStatus.Completed, Values: [5])),
            Earned(new TrialEnd(10, TrialStatus.Failed)));

        Assert.True(better > worse && worse > failed && failed < 0, $"{better}, {worse}, {failed}");
        Assert.Equal(failed, Earned(new TrialEnd(10, TrialStatus.Completed, Values: [double.NaN])));
    }

    [Fact]
    public void The_wager_of_a_cancelled_trial_vanishes()
    {
        var state = Tuner.Propose(Ended(Running, new TrialEnd(10, TrialStatus.Cancelled)), 11).State;

        Assert.Equal(11, Assert.Single(state.Bandit!.Open).Trial);
        Assert.All(state.Bandit.Experts, expert => Assert.Equal(0, expert.Earned));
    }

    [Theory]
    [InlineData("fewer")]
    [InlineData("more")]
    [InlineData("others")]
    [InlineData("another context")]
    [InlineData("another context of a wager")]
    public void What_was_learned_of_other_experts_is_forgotten(string what)
    {
        var bandit = Running.Bandit!;
        var (first, wager) = (bandit.Experts[0], bandit.Open[0]);
        bandit = what switch
        {
            "fewer" => bandit with { Experts = [.. bandit.Experts.Skip(1)] },
            "more" => bandit with { Experts = [.. bandit.Experts, first with { Name = "oracle" }] },
            "others" => bandit with { Experts = [first with { Name = "oracle" }, .. bandit.Experts.Skip(1)] },
            "another context" => bandit with { Experts = [first with { Weighted = [1], Precision = [1] }, .. bandit.Experts.Skip(1)] },
            _ => bandit with { Open = [wager with { Context = [1] }] },
        };

        var state = Ended(Running, new TrialEnd(10, TrialStatus.Completed, Values: [0.5])) with { Bandit = bandit };
        (state, var proposal) = Tuner.Propose(state, 11);

        Assert.NotNull(proposal.Point);
        Assert.Equal(1, state.Bandit!.Experts.Sum(expert => expert.Chosen));
        Assert.Equal(11, Assert.Single(state.Bandit.Open).Trial);
    }

    [Fact]
    public void Rewards_fall_with_the_cost_above_the_median_and_rise_with_gain_and_certainty()
    {
        var belief = new SearchHistory(Settings, new UnitSpace(Settings), Running).Belief!.Objectives[0];
        double Of(double? reached, double regret = 1, double cost = 1) => Reward.Of(0, reached, belief, 1, regret, cost);

        Assert.True(Of(-1, cost: 4) < Of(-1));
        Assert.True(Of(-1, cost: 0.25) > Of(-1));
        Assert.True(Of(-1) > Of(-0.001));
        Assert.Equal(0, Of(1));
        Assert.True(Of(1, regret: 0.5) > 0);
        Assert.True(Of(null) < 0);
        Assert.True(Of(null, cost: 4) < Of(null));
        Assert.Equal(1, Reward.Of(double.PositiveInfinity, 0, belief, 0, 0, 1));
    }

    private static TunerState Ended(TunerState state, TrialEnd end) => Tuner.End(state, end).State;

    private static double Loss(Core.Space.Point point) => Search.Coordinates(point).Sum(x => (x - 0.3) * (x - 0.3));
}
