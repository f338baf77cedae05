using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.History;
using DurableTrainer.Tuning.Insight;

namespace DurableTrainer.Tuning.Tests.History;

public class FullLengthTests
{
    private static readonly SearchSettings Settings = Search.Cube(1, 1);
    private static readonly ObjectiveSpec Accuracy = new() { Metric = "validation.accuracy" };

    /// <summary>Losses after 1, 3 and 9 epochs: gains after the first are 3, 5 and 8, after the third 1, 1 and 3.</summary>
    private static readonly TrialRecord[] Completed =
    [
        Trial(TrialStatus.Completed, (1, 10), (3, 8), (9, 7)),
        Trial(TrialStatus.Completed, (1, 9), (3, 5), (9, 4)),
        Trial(TrialStatus.Completed, (1, 11), (3, 6), (9, 3)),
    ];

    [Fact]
    public void A_stopped_trial_gains_the_median_of_what_completed_ones_gained_after_the_same_rung()
    {
        Assert.Equal(14 - 5, LossOf(Trial(TrialStatus.Stopped, (1, 14)), Completed));
        Assert.Equal(9 - 1, LossOf(Trial(TrialStatus.Stopped, (1, 14), (3, 9)), Completed));
        Assert.Equal(14 - 4, LossOf(Trial(TrialStatus.Stopped, (1, 14)), [.. Completed, Trial(TrialStatus.Completed, (1, 9), (9, 8))]));
    }

    [Fact]
    public void What_gets_worse_with_training_does_so_in_a_stopped_trial_too()
    {
        TrialRecord[] overfitted = [.. Enumerable.Range(0, 3).Select(_ => Trial(TrialStatus.Completed, (1, 4), (9, 6)))];

        Assert.Equal(7, LossOf(Trial(TrialStatus.Stopped, (1, 5)), overfitted));
    }

    [Theory]
    [InlineData(8.5, 3.5)]
    [InlineData(7.5, 3)]
    [InlineData(3, 3)]
    [InlineData(2, 2)]
    public void A_gain_leads_no_further_than_to_the_best_completed_trial(double seen, double loss) =>
        Assert.Equal(loss, LossOf(Trial(TrialStatus.Stopped, (1, seen)), Completed));

    [Theory]
    [InlineData(TrialStatus.Completed)]
    [InlineData(TrialStatus.Cancelled)]
    public void A_trial_that_was_not_stopped_has_what_was_seen(TrialStatus status) => Assert.Equal(14, LossOf(Trial(status, (1, 14)), Completed));

    [Fact]
    public void With_fewer_than_three_that_went_on_after_the_rung_a_value_is_taken_as_it_is()
    {
        TrialRecord[] shorter = [Trial(TrialStatus.Completed, (1, 10), (3, 8)), Trial(TrialStatus.Stopped, (1, 12), (3, 11))];

        Assert.Equal(14, LossOf(Trial(TrialStatus.Stopped, (1, 14)), Completed[..2]));
        Assert.Equal(9, LossOf(Trial(TrialStatus.Stopped, (1, 14), (3, 9)), [.. Completed[..2], .. shorter]));
        Assert.Equal(14, LossOf(Trial(TrialStatus.Stopped, (2, 14)), Completed));
        Assert.Equal(14, LossOf(Trial(TrialStatus.Stopped) with { Objectives = [14] }, Completed));
    }

    [Fact]
    public void Who_trained_on_after_the_last_rung_and_tells_another_value_is_believed()
    {
        TrialRecord[] toldLater = [.. Completed.Select(trial => trial with { Rungs = [.. trial.Rungs.Take(1)] })];

        Assert.Equal(6, LossOf(Trial(TrialStatus.Stopped, (1, 14)) with { Objectives = [6] }, Completed));
        Assert.Equal(14 - 5, LossOf(Trial(TrialStatus.Stopped, (1, 14)), toldLater));
    }

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Infinities_stay_and_teach_nothing(double infinity)
    {
        TrialRecord[] diverged = [Trial(TrialStatus.Completed, (1, infinity), (9, 1)), Trial(TrialStatus.Completed, (1, 9), (9, infinity))];

        Assert.Equal(infinity, LossOf(Trial(TrialStatus.Stopped, (1, infinity)), Completed));
        Assert.Equal(14 - 5, LossOf(Trial(TrialStatus.Stopped, (1, 14)), [.. Completed, .. diverged]));
        Assert.Equal(14, LossOf(Trial(TrialStatus.Stopped, (1, 14)), [.. Completed[..2], .. diverged]));
    }

    [Fact]
    public void Each_objective_gains_by_itself_and_more_may_be_better()
    {
        TrialRecord Both(TrialStatus status, params (int Epoch, double Loss, double Accuracy)[] rungs) => Of(
            status, [.. rungs.Select(rung => new RungValue(rung.Epoch, [rung.Loss, rung.Accuracy]))]);

        TrialRecord[] trials =
        [
            .. Enumerable.Range(0, 3).Select(_ => Both(TrialStatus.Completed, (1, 5, 0.5), (9, 4, 0.75))),
            Both(TrialStatus.Stopped, (1, 8, 0.25)), Both(TrialStatus.Stopped, (1, 8, 0.625)),
        ];
        var fullLength = new FullLength([Search.Loss, Accuracy], trials);

        Assert.Equal([7, -0.5], fullLength.LossesOf(trials[3]));
        Assert.Equal([7, -0.75], fullLength.LossesOf(trials[4]));
    }

    [Fact]
    public void Learners_see_values_as_of_full_training_and_the_best_trial_is_by_what_was_seen()
    {
        TrialRecord[] trials = [.. Completed, Trial(TrialStatus.Stopped, (1, 14)), Trial(TrialStatus.Stopped, (1, 2))];
        var tuner = new Tuner(Settings);
        var state = tuner.Start() with { Trials = [.. trials.Select((trial, i) => trial with { Values = [0.1 * i] })], Ended = [0, 1, 2, 3, 4] };

        var history = new SearchHistory(Settings, new UnitSpace(Settings), state);

        Assert.Equal([7, 4, 3, 9, 2], history.Observations.Select(observation => observation.Losses[0]));
        Assert.Equal([14, 2], state.Trials.Skip(3).Select(trial => trial.Objectives![0]));
        Assert.Equal((4, 2, false), tuner.Best(state) is { } best ? (best.Trial, best.Values[0], best.IsBelieved) : default);
    }

    [Fact]
    public void A_stopped_trial_that_would_have_equalled_the_best_is_not_the_best()
    {
        var tuner = new Tuner(Settings);
        TrialRecord[] trials = [Trial(TrialStatus.Stopped, (1, 4)), .. Completed];
        var state = tuner.Start() with { Trials = [.. trials.Select((trial, i) => trial with { Values = [0.1 * i] })], Ended = [0, 1, 2, 3] };

        Assert.Equal((3, 3), tuner.Best(state) is { } best ? (best.Trial, best.Values[0]) : default);
    }

    [Fact]
    public void Parameters_that_matter_are_found_whichever_trials_were_stopped()
    {
        // Half of the trials are stopped at once, by a parameter that does not matter; what was seen of them is ten worse.
        var settings = Search.Cube(2, 1);
        TrialRecord[] trials = [.. Enumerable.Range(0, 64).Select(i =>
        {
            var (matters, idle) = (i % 8 / 8.0, i / 8 / 8.0);
            return (idle < 0.5
                ? Trial(TrialStatus.Stopped, (1, 10 + matters))
                : Trial(TrialStatus.Completed, (1, 10 + matters), (9, matters))) with { Values = [matters, idle] };
        })];

        var report = Importance.Of(settings, trials, 0);

        Assert.Equal("x0", report.Parameters[0].Name);
        Assert.InRange(report.Parameters[0].Share, 0.95, 1);
        Assert.Equal(trials.Select(trial => trial.Objectives![0]), report.Lines.Select(line => line.Value));
    }

    private static double LossOf(TrialRecord trial, IEnumerable<TrialRecord> others) =>
        Assert.Single(new FullLength([Search.Loss], [.. others, trial]).LossesOf(trial));

    private static TrialRecord Trial(TrialStatus status, params (int Epoch, double Loss)[] rungs) =>
        Of(status, [.. rungs.Select(rung => new RungValue(rung.Epoch, [rung.Loss]))]);

    private static TrialRecord Of(TrialStatus status, RungValue[] rungs) => new()
    {
        Values = [0.5],
        Origin = "sobol",
        Status = status,
        Rungs = rungs,
        Objectives = rungs.Length > 0 ? rungs[^1].Values : null,
    };
}
