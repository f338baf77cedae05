using DurableTrainer.Core.Trials;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;
using DurableTrainer.Tuning;

namespace DurableTrainer.Experiments.Tests.Workflows;

/// <summary>What ends an experiment, and how it says so.</summary>
public class EndingTests
{
    [Fact]
    public async Task The_budget_of_trials_ends_it_with_the_best_of_them()
    {
        await using var lab = new Laboratory();

        var (outcome, result) = await lab.RunAsync();

        Assert.Equal((ExperimentStatus.Completed, "budget: all 5 trials are done", 5), (outcome.Status, outcome.Reason, outcome.Trials));
        Assert.Equal((outcome.Status, outcome.Reason), (result.Status, result.Reason));
        Assert.Equal([0, 1, 2, 3, 4], result.Trials.Select(trial => trial.Trial));
        Assert.All(result.Trials, trial => Assert.Equal((TrialStatus.Completed, 4), (trial.Status, trial.Epochs)));
        var best = result.Trials.MaxBy(trial => trial.Value)!;
        Assert.Equal((best.Trial, best.Value), (outcome.Best!.Trial, outcome.Best.Value));
        Assert.Equal((best.Trial, best.Value!.Value, best.Point), (result.Best!.Trial, result.Best.Value, result.Best.Point));
    }

    [Fact]
    public async Task The_target_ends_it_and_stops_what_is_in_flight()
    {
        await using var lab = new Laboratory("""{ "objective": { "metric": "validation.accuracy", "target": 0.1 }, "budget": { "trials": 9, "parallel": 3 } }""");
        lab.RunSlice = (slice, stop) => slice.Trial == 1 ? Curves.RunAsync(lab.Store, lab.Experiment, slice) : lab.UntilStoppedAsync(slice, stop);

        var (outcome, result) = await lab.RunAsync();

        Assert.Equal((ExperimentStatus.Completed, 3), (outcome.Status, outcome.Trials));
        Assert.StartsWith("target met: validation.accuracy reached 0.", outcome.Reason, StringComparison.Ordinal);
        Assert.Equal([TrialStatus.Cancelled, TrialStatus.Completed, TrialStatus.Cancelled], result.Trials.Select(trial => trial.Status));
        Assert.Equal(1, result.Best!.Trial);
    }

    [Fact]
    public async Task A_space_without_points_left_ends_it()
    {
        await using var lab = new Laboratory("""{ "space": [ { "name": "x", "type": "ordinal", "values": [0.1, 0.3, 0.5] } ], "budget": { "trials": 10, "parallel": 2 } }""");

        var (outcome, result) = await lab.RunAsync();

        Assert.Equal((ExperimentStatus.Completed, "space exhausted: all 3 points have been tried", 3), (outcome.Status, outcome.Reason, outcome.Trials));
        Assert.Equal(0.3, result.Best!.Point["x"].Number);
    }

    [Fact]
    public async Task It_fails_when_every_trial_does()
    {
        await using var lab = new Laboratory();
        lab.RunSlice = (slice, _) => Task.FromResult(Curves.Result(slice, SliceOutcome.Failed, double.NaN, "it diverged"));

        var (outcome, result) = await lab.RunAsync();

        Assert.Equal((ExperimentStatus.Failed, "no trial succeeded (budget: all 5 trials are done)", null), (outcome.Status, outcome.Reason, outcome.Best));
        Assert.Null(result.Best);
        Assert.All(result.Trials, trial => Assert.Equal((TrialStatus.Failed, "it diverged", null), (trial.Status, trial.Reason, trial.Value)));
    }

    [Fact]
    public async Task More_failed_trials_than_are_forgiven_end_it_and_what_was_found_is_kept()
    {
        await using var lab = new Laboratory("""{ "failure": { "maxFailedTrials": 1 }, "budget": { "trials": 9 } }""");
        lab.RunSlice = (slice, _) => slice.Trial == 0
            ? Curves.RunAsync(lab.Store, lab.Experiment, slice)
            : Task.FromResult(Curves.Result(slice, SliceOutcome.Failed, double.NaN, "it diverged"));

        var (outcome, result) = await lab.RunAsync();

        Assert.Equal((ExperimentStatus.Failed, "2 trials failed, more than the 1 that are forgiven", 3), (outcome.Status, outcome.Reason, outcome.Trials));
        Assert.Equal(0, result.Best!.Trial);
    }

    [Fact]
    public async Task A_plateau_ends_it()
    {
        await using var lab = new Laboratory("""{ "convergence": { "rule": "plateau", "minTrials": 3, "patience": 2 }, "budget": { "trials": 50 } }""");
        lab.RunSlice = async (slice, _) => (await Curves.RunAsync(lab.Store, lab.Experiment, slice)) with
        {
            Best = new BestEpoch(4, new Dictionary<string, double> { [Curves.Metric] = slice.Trial == 2 ? 0.9 : 0.5 }, ArtifactPaths.Checkpoint(slice.Experiment, slice.Trial, 4)),
        };

        var (outcome, result) = await lab.RunAsync();

        Assert.Equal((ExperimentStatus.Completed, "plateau: the last 2 trials did not improve the best value", 5), (outcome.Status, outcome.Reason, outcome.Trials));
        Assert.Equal(2, result.Best!.Trial);
    }

    [Fact]
    public async Task The_budget_of_running_time_is_spent_by_what_slices_took()
    {
        await using var lab = new Laboratory("""{ "budget": { "trials": 50, "wallClock": "PT100S" }, "scheduler": { "type": "asha", "minEpochs": 2, "reduction": 2 } }""");
        lab.RunSlice = async (slice, stop) => slice.MaxWallClock > TimeSpan.Zero
            ? await Curves.RunAsync(lab.Store, lab.Experiment, slice) with { Best = null, Metrics = new Dictionary<string, double> { [Curves.Metric] = slice.Trial } }
            : Curves.Result(slice, SliceOutcome.Stopped, slice.Trial, "the experiment's time is spent") with { Epoch = slice.FromEpoch, Usage = Usage.None };

        var (outcome, result) = await lab.RunAsync();

        Assert.Equal((ExperimentStatus.Completed, "budget: 100 s of running time are spent", 3), (outcome.Status, outcome.Reason, outcome.Trials));
        Assert.Equal([100, 80, 60, 40, 20, 0], lab.Asked.Select(slice => slice.MaxWallClock!.Value.TotalSeconds));
        Assert.Equal([0, 20, 0, 20, 0, 20], lab.Asked.Select(slice => slice.Used.WallClock.TotalSeconds));
        Assert.Equal((TrialStatus.Cancelled, 2), (result.Trials[2].Status, result.Trials[2].Epochs));
    }

    [Fact]
    public async Task The_budget_of_running_time_counts_what_runs_side_by_side_once()
    {
        await using var lab = new Laboratory("""{ "budget": { "trials": 50, "parallel": 2, "wallClock": "PT100S" } }""");

        var (outcome, _) = await lab.RunAsync();

        Assert.Equal("budget: 100 s of running time are spent", outcome.Reason);
        Assert.InRange(outcome.Trials, 5, 6);
    }

    [Fact]
    public async Task The_budget_of_processor_time_is_spent_by_all_trials_together()
    {
        await using var lab = new Laboratory("""{ "budget": { "trials": 50, "cpuTime": "PT150S" } }""");

        var (outcome, _) = await lab.RunAsync();

        Assert.Equal((ExperimentStatus.Completed, "budget: 150 s of CPU time are spent", 2), (outcome.Status, outcome.Reason, outcome.Trials));
    }

    [Fact]
    public async Task A_cancelled_experiment_ends_with_the_best_so_far()
    {
        await using var lab = new Laboratory();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lab.RunSlice = (slice, stop) =>
        {
            if (slice.Trial == 0)
                return Curves.RunAsync(lab.Store, lab.Experiment, slice);
            reached.TrySetResult();
            return lab.UntilStoppedAsync(slice, stop);
        };
        await lab.StartAsync();
        var id = await lab.Client.SubmitAsync(lab.Experiment);
        await reached.Task;

        await lab.Client.CancelAsync(id, "the user had enough");
        var (outcome, result) = await lab.EndAsync(id);

        Assert.Equal((ExperimentStatus.Cancelled, "the user had enough", 2), (outcome.Status, outcome.Reason, outcome.Trials));
        Assert.Equal(0, result.Best!.Trial);
        Assert.Equal((TrialStatus.Cancelled, "the experiment was stopped", 1), (result.Trials[1].Status, result.Trials[1].Reason, result.Trials[1].Epochs));
    }

    [Fact]
    public async Task A_worker_that_is_lost_again_and_again_fails_the_trial_and_the_search_goes_on()
    {
        await using var lab = new Laboratory("""{ "failure": { "retries": 2 } }""");
        lab.RunSlice = (slice, _) => slice.Trial == 1 ? Curves.LostAsync(slice, epochs: 0) : Curves.RunAsync(lab.Store, lab.Experiment, slice);

        var (outcome, result) = await lab.RunAsync();

        Assert.Equal((ExperimentStatus.Completed, 5), (outcome.Status, outcome.Trials));
        Assert.Equal(3, lab.Asked.Count(slice => slice.Trial == 1));
        Assert.Equal((TrialStatus.Failed, "a worker was lost: it exited with status 3"), (result.Trials[1].Status, result.Trials[1].Reason));
        Assert.Equal(4, result.Trials.Count(trial => trial.Status == TrialStatus.Completed));
    }

    [Fact]
    public async Task A_worker_that_is_lost_once_costs_nothing_but_time()
    {
        await using var lab = new Laboratory();
        lab.RunSlice = (slice, _) => lab.Asked.Count(asked => asked.Trial == slice.Trial) == 1 && slice.Trial == 1
            ? Curves.LostAsync(slice, epochs: 0)
            : Curves.RunAsync(lab.Store, lab.Experiment, slice);

        var (_, result) = await lab.RunAsync();

        Assert.All(result.Trials, trial => Assert.Equal(TrialStatus.Completed, trial.Status));
    }

    [Fact]
    public async Task A_slice_that_comes_further_each_time_may_lose_any_number_of_workers_and_each_loss_is_told()
    {
        await using var lab = new Laboratory("""{ "failure": { "retries": 1 }, "scheduler": "none" }""");
        lab.RunSlice = (slice, _) => slice.Trial == 1 && lab.Asked.Count(asked => asked.Trial == 1) is var attempt and < 4
            ? Curves.LostAsync(slice, epochs: attempt)
            : Curves.RunAsync(lab.Store, lab.Experiment, slice);

        var (_, result) = await lab.RunAsync();

        Assert.All(result.Trials, trial => Assert.Equal(TrialStatus.Completed, trial.Status));
        Assert.Equal([1, 2, 3], lab.Happened.Where(happened => happened.Type == ExperimentEventType.WorkerLost).Select(happened => happened.Epoch!.Value));
    }

    [Fact]
    public async Task A_trial_that_diverges_keeps_the_best_epoch_that_it_had()
    {
        await using var lab = new Laboratory();
        lab.RunSlice = async (slice, _) =>
        {
            var result = await Curves.RunAsync(lab.Store, lab.Experiment, slice);
            return slice.Trial == 1 ? result with { Outcome = SliceOutcome.NonFinite, Reason = "the loss became infinite" } : result;
        };

        var (_, result) = await lab.RunAsync();

        Assert.Equal((TrialStatus.Stopped, "the loss became infinite"), (result.Trials[1].Status, result.Trials[1].Reason));
        Assert.NotNull(result.Trials[1].Value);
    }

    [Fact]
    public async Task A_trial_whose_objective_is_no_number_is_stopped_and_the_search_goes_on()
    {
        await using var lab = new Laboratory();
        lab.RunSlice = (slice, _) => slice.Trial == 1
            ? Task.FromResult(Curves.Result(slice, SliceOutcome.Completed, double.NaN))
            : Curves.RunAsync(lab.Store, lab.Experiment, slice);

        var (outcome, result) = await lab.RunAsync();

        Assert.Equal((ExperimentStatus.Completed, 5), (outcome.Status, outcome.Trials));
        Assert.Equal((TrialStatus.Stopped, "stopped at epoch 4: validation.accuracy is not a finite number", null), (result.Trials[1].Status, result.Trials[1].Reason, result.Trials[1].Value));
    }
}
