using DurableTrainer.Api.Views;
using DurableTrainer.Core.Spec;
using DurableTrainer.Experiments.Artifacts;
using static DurableTrainer.Api.Tests.Story;

namespace DurableTrainer.Api.Tests.Views;

public class ExperimentHistoryTests
{
    [Fact]
    public void It_adds_up_to_what_runs_what_has_ended_and_what_is_best()
    {
        var history = Of(
            Started(), TrialStarted(0), TrialStarted(1), SliceEnded(0, 0, 0.5), SliceEnded(1, 0, 0.4), TrialEnded(1, "stopped", 0.4), TrialStarted(2));

        Assert.Equal(["running", "stopped", "running"], history.Trials.Select(trial => trial.Status));
        Assert.Equal([1, 4, 0], history.Trials.Select(trial => trial.Epochs));
        Assert.Equal(["goes on", "is over", null], history.Trials.Select(trial => trial.Message));
        var view = history.View("digits-1", null);
        Assert.Equal((ExperimentStatus.Running, 2, 1, 7), (view.Status, view.RunningTrials, view.EndedTrials, view.BudgetTrials));
        Assert.Equal(("digits", "validation.loss", Started().Time, null), (view.Name, view.Metric, view.StartedAt, view.EndedAt));
        Assert.Equal(new BestView(1, 0.4, PointOf(1), null), view.Best);
    }

    [Fact]
    public void A_trial_that_fails_is_the_best_no_more()
    {
        var history = Of(Started(), TrialStarted(0), TrialStarted(1), SliceEnded(0, 0, 0.5), SliceEnded(1, 0, 0.1), TrialEnded(1, "failed", null));

        Assert.Equal((0, 0.5), (history.Best!.Trial, history.Best.Value));
    }

    [Fact]
    public void A_trial_that_gets_worse_gives_way_to_a_better_one()
    {
        var history = Of(Started(), TrialStarted(0), TrialStarted(1), SliceEnded(0, 0, 0.5), SliceEnded(1, 0, 0.1), SliceEnded(1, 1, 0.9));

        Assert.Equal(0, history.Best!.Trial);
    }

    [Fact]
    public void Of_equal_trials_the_first_one_is_the_best() =>
        Assert.Equal(0, Of(TrialStarted(0), TrialStarted(1), TrialEnded(1, "completed", 0.5), TrialEnded(0, "completed", 0.5)).Best!.Trial);

    [Fact]
    public void Before_the_first_value_there_is_no_best()
    {
        var history = Of(Started(), TrialStarted(0), SliceEnded(0, 0, null));

        Assert.Null(history.Best);
        Assert.Null(history.View("digits-1", null).Best);
    }

    [Fact]
    public void With_several_objectives_the_front_is_what_no_other_trial_beats()
    {
        var history = new ExperimentHistory(Spec with { Objective = [Spec.Objective[0], new ObjectiveSpec { Metric = "model.flops" }] });
        foreach (var (trial, loss, flops) in ((int, double, double)[])[(0, 0.5, 100), (1, 0.4, 300), (2, 0.5, 90), (3, 0.6, 95), (4, 0.4, 200)])
        {
            history.Add(TrialStarted(trial));
            history.Add(TrialEnded(trial, "completed", loss) with { Values = new Dictionary<string, double> { ["validation.loss"] = loss, ["model.flops"] = flops } });
        }

        history.Add(TrialStarted(5));
        history.Add(TrialEnded(5, "failed", null));

        var view = history.View("digits-1", null);
        Assert.Equal(["validation.loss", "model.flops"], view.Metrics!);
        Assert.Equal([4, 2], view.Front!.Select(trial => trial.Trial));
        Assert.Equal(90, view.Front![1].Values["model.flops"]);
        Assert.Equal((4, 0.4), (view.Best!.Trial, view.Best.Value));
    }

    [Fact]
    public void With_one_objective_there_is_no_front() =>
        Assert.Null(Of(TrialStarted(0), TrialEnded(0, "completed", 0.5)).View("digits-1", null).Front);

    private static ExperimentHistory Of(params ExperimentEvent[] events)
    {
        var history = new ExperimentHistory(Spec);
        foreach (var happened in events)
            history.Add(happened);
        return history;
    }
}
