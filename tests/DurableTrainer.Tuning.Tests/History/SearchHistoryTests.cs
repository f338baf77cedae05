using DurableTrainer.Core.Space;
using DurableTrainer.Tuning.Beliefs;
using DurableTrainer.Tuning.History;
using DurableTrainer.Tuning.Pareto;

namespace DurableTrainer.Tuning.Tests.History;

public class SearchHistoryTests
{
    private static readonly SearchSettings One = Search.Cube(1, 1);
    private static readonly SearchSettings Two = One with { Objectives = [Search.Loss, Search.Loss with { Metric = "train.loss" }] };

    [Fact]
    public void Trials_without_a_finite_value_could_not_be_tried_and_those_that_run_are_pending()
    {
        var tuner = new Tuner(One);
        var state = Search.Told(One, [At(0.1, 1), At(0.2), At(0.3, double.NaN), At(0.4, double.PositiveInfinity)]);
        (state, var cancelled) = tuner.Add(state, At(0.5).Point);
        (state, _) = tuner.End(state, new TrialEnd(cancelled, TrialStatus.Cancelled));
        (state, _) = tuner.Add(state, At(0.6).Point);

        var history = Of(state);

        Assert.Equal([0.1], history.Observations.Select(observation => observation.Unit[0]));
        Assert.Equal([0.2, 0.3, 0.4], history.Infeasible.Select(unit => unit[0]));
        Assert.Equal([0.6], history.Pending.Select(unit => unit[0]));
        Assert.All([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], x => Assert.False(history.IsOpen([x])));
        Assert.True(history.IsOpen([0.7]));
    }

    [Fact]
    public void Ranking_is_by_the_value_or_by_front_and_room_on_it()
    {
        Assert.Equal([2, 0, 1], Of(Search.Told(One, [At(0.1, 2), At(0.2, 3), At(0.3, 1)])).Ranking);

        double[][] losses = [[3, 3], [1, 2], [2, 1], [1.4, 1.7], [0, 5]];
        var history = Of(Search.Told(Two, losses.Select((values, i) => At(0.1 * (i + 1), values))));

        var places = Crowding.Places(losses);
        Assert.Equal(Enumerable.Range(0, 5).OrderBy(i => places[i]), history.Ranking);
        Assert.Equal(0, history.Ranking[^1]);
    }

    [Fact]
    public void The_best_around_a_trial_is_that_of_those_that_ended_before_it()
    {
        var history = Of(Search.Told(One, [At(0.1), At(0.2, 5), At(0.3, 3), At(0.4, 4)]));
        double[] targets = [5, 3, 4];

        Assert.Equal((double.PositiveInfinity, null), history.BestAround(0, targets));
        Assert.Equal((double.PositiveInfinity, 5), history.BestAround(1, targets));
        Assert.Equal((5, 3), history.BestAround(2, targets));
        Assert.Equal((3, 4), history.BestAround(3, targets));
    }

    [Fact]
    public void A_cost_is_relative_to_the_median_and_1_when_nobody_counts()
    {
        var tuner = new Tuner(One);
        var state = tuner.Start();
        foreach (var cost in new double?[] { 1, 2, 8, null })
        {
            (state, var trial) = tuner.Add(state, At(0.1 * (state.Trials.Count + 1)).Point);
            (state, _) = tuner.End(state, new TrialEnd(trial, TrialStatus.Completed, cost, [1]));
        }

        Assert.Equal([0.5, 1, 4, 1], Enumerable.Range(0, 4).Select(Of(state).RelativeCost));
        Assert.Equal(1, Of(Search.Told(One, [At(0.1, 1)])).RelativeCost(0));
    }

    [Theory]
    [InlineData(Belief.SeenLimit)]
    [InlineData(Belief.FittedLimit)]
    public void Of_a_thousand_trials_models_look_at_few_the_best_and_the_latest_among_them(int limit)
    {
        var history = Of(Search.Told(Search.Cube(1, 1), Enumerable.Range(0, 1000).Select(i => At((i + 1) / 1001.0, i * 37 % 1000))));

        var chosen = Selection.Of(history, limit);

        Assert.True(Belief.SeenLimit <= 300 && Belief.FittedLimit <= 128);
        Assert.Equal(limit, chosen.Distinct().Count());
        Assert.Equal(chosen.Order(), chosen);
        Assert.Empty(history.Ranking.Take(limit / 2).Except(chosen));
        Assert.Empty(Enumerable.Range(1000 - limit / 8, limit / 8).Except(chosen));
        Assert.Contains(history.Ranking.TakeLast(50), chosen.Contains);
        Assert.Equal(Enumerable.Range(0, 1000), Selection.Of(history, 1000));
    }

    private static (Point Point, double[]? Values) At(double x, params double[] values) =>
        (new Point([new("x0", x)]), values.Length == 0 ? null : values);

    private static SearchHistory Of(TunerState state) => new(state.Settings, new UnitSpace(state.Settings), state);
}
