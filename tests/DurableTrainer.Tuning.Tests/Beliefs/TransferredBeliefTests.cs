using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Transfer;

namespace DurableTrainer.Tuning.Tests.Beliefs;

public class TransferredBeliefTests
{
    private static readonly SearchSettings Settings = Search.Cube(4, 0);

    [Fact]
    public void With_trials_of_the_same_function_a_search_is_better_after_ten()
    {
        var earlier = Earlier(1);
        double Reached(bool hasEarlier) => Search.Median(Enumerable.Range(0, 9).Select(seed =>
            Search.Lowest(Search.Run(Settings with { Seed = seed, Transferred = hasEarlier ? earlier : [] }, point => [Loss(point)], 10))));

        var (with, without) = (Reached(true), Reached(false));

        Assert.True(with < without / 2, $"{with} with, {without} without");
    }

    [Fact]
    public void With_trials_of_the_opposite_function_a_search_is_at_most_a_little_worse_after_thirty()
    {
        var earlier = Earlier(-1);
        double Reached(bool hasEarlier) => Search.Median(Enumerable.Range(0, 5).Select(seed =>
            Search.Lowest(Search.Run(Settings with { Seed = seed, Transferred = hasEarlier ? earlier : [] }, point => [Loss(point)], 30))));

        var (with, without, filling) = (Reached(true), Reached(false),
            Search.Lowest(Search.Run(Settings with { Tuner = new TunerSpec { Agent = TunerAgent.Sobol } }, point => [Loss(point)], 30)));

        // Of what learning gains over filling the space, at most a tenth is lost.
        Assert.True(with - without < 0.1 * (filling - without), $"{with} with, {without} without, {filling} by filling the space");
    }

    [Fact]
    public void The_best_of_earlier_trials_are_tried_first_then_half_as_many_fill_the_space()
    {
        var state = Search.Run(Settings with { Transferred = Earlier(1) }, point => [Loss(point)], 6);

        Assert.Equal(
            ["transferred", "transferred", "transferred", "bandit/start", "bandit/start"],
            state.Trials.Take(5).Select(trial => trial.Origin));
        Assert.NotEqual("bandit/start", state.Trials[5].Origin);
        Assert.Equal(Earlier(1).Take(3).Select(trial => trial.PointIn(new SearchSpace(Settings.Space, []))), Search.PointsOf(state).Take(3));
    }

    private static IReadOnlyList<TransferredTrial> Earlier(double sign)
    {
        var points = Search.PointsOf(Search.Run(Search.Cube(4, 77, TunerAgent.Random), _ => [0], 60));
        return EarlierTrials.In(new SearchSpace(Settings.Space, []), 0, Search.Loss, [.. points.Select(point => (point, sign * Loss(point)))]);
    }

    private static double Loss(Point point) => Search.Coordinates(point).Select((x, i) => (1 + i) * Math.Pow(x - 0.25 - 0.15 * i, 2)).Sum();
}
