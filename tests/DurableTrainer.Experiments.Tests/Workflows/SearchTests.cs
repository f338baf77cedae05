using DurableTrainer.Core.Trials;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;
using DurableTrainer.Tuning;
using DurableTrainer.Workers;

namespace DurableTrainer.Experiments.Tests.Workflows;

/// <summary>How an experiment goes on, and what it leaves.</summary>
public class SearchTests
{
    [Fact]
    public async Task As_many_trials_are_in_flight_as_are_asked_for()
    {
        await using var lab = new Laboratory("""{ "budget": { "trials": 7, "parallel": 3 } }""");
        var (running, most) = (0, 0);
        var full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lab.RunSlice = async (slice, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            if (running == 3)
                full.TrySetResult();
            await full.Task;
            Interlocked.Decrement(ref running);
            return await Curves.RunAsync(lab.Store, lab.Experiment, slice);
        };

        var (outcome, _) = await lab.RunAsync();

        Assert.Equal((7, 3), (outcome.Trials, most));
    }

    [Fact]
    public async Task The_quota_of_workers_bounds_the_trials_in_flight()
    {
        await using var lab = new Laboratory("""{ "budget": { "trials": 5, "parallel": 3 }, "quota": { "workers": 1 } }""");
        var (running, most) = (0, 0);
        lab.RunSlice = async (slice, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            var result = await Curves.RunAsync(lab.Store, lab.Experiment, slice);
            Interlocked.Decrement(ref running);
            return result;
        };

        await lab.RunAsync();

        Assert.Equal(1, most);
    }

    [Fact]
    public async Task Nothing_is_lost_when_the_history_starts_over()
    {
        const int Trials = 450;
        await using var lab = new Laboratory($$"""{ "budget": { "trials": {{Trials}}, "parallel": 3 } }""");
        lab.RunSlice = async (slice, _) => slice.Trial is 77
            ? await Curves.RunAsync(lab.Store, lab.Experiment, slice) with { Best = null, Metrics = new Dictionary<string, double> { [Curves.Metric] = 0.99 } }
            : slice.Trial % 10 == 0 ? Curves.Result(slice, SliceOutcome.Failed, double.NaN, "it diverged")
            : Curves.Result(slice, SliceOutcome.Completed, 0.5);

        var (outcome, result) = await lab.RunAsync();

        Assert.Contains("progress", (await lab.Durable.GetAsync("curve-1"))!.Input, StringComparison.Ordinal);
        Assert.Equal((ExperimentStatus.Completed, Trials, 77), (outcome.Status, outcome.Trials, outcome.Best!.Trial));
        Assert.Equal(Enumerable.Range(0, Trials), result.Trials.Select(trial => trial.Trial));
        Assert.Equal(Trials, result.Trials.Select(trial => trial.Point).Distinct().Count());
        Assert.Equal(Trials / 10, result.Trials.Count(trial => trial.Status == TrialStatus.Failed));
        var usage = ArtifactJson.Read<ExperimentUsage>((await lab.Store.ReadAsync(ArtifactPaths.Usage("curve-1")))!);
        Assert.Equal((Trials * 4, TimeSpan.FromSeconds(Trials * 40)), (usage.Total.Epochs, usage.Total.WallClock));
        Assert.Equal(Trials * 3 - Trials / 10 + 2, (await lab.EventsAsync("curve-1")).Select(e => e.Id).Distinct().Count());
    }

    [Fact]
    public async Task Two_runs_of_the_same_experiment_leave_the_same_result_to_the_byte()
    {
        await using var one = new Laboratory("""{ "scheduler": { "type": "asha" }, "budget": { "trials": 12 } }""");
        await using var other = new Laboratory("""{ "scheduler": { "type": "asha" }, "budget": { "trials": 12 } }""");

        var (_, result) = await one.RunAsync();
        await other.RunAsync();

        Assert.Contains(result.Trials, trial => trial.Status == TrialStatus.Stopped);
        foreach (var path in (string[])[ArtifactPaths.Result("curve-1"), ArtifactPaths.Importance("curve-1"), ArtifactPaths.ModelSafetensors("curve-1"), ArtifactPaths.ModelJson("curve-1"), ArtifactPaths.Spec("curve-1")])
            Assert.Equal(await one.Store.ReadAsync(path), await other.Store.ReadAsync(path));
    }

    [Fact]
    public async Task Of_equal_trials_the_first_one_is_the_best()
    {
        await using var lab = new Laboratory("""{ "budget": { "trials": 6, "parallel": 3 } }""");
        var last = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lab.RunSlice = async (slice, _) =>
        {
            if (slice.Trial == 0)
                await last.Task;
            if (slice.Trial == 5)
                last.SetResult();
            return await Curves.RunAsync(lab.Store, lab.Experiment, slice) with { Best = null, Metrics = new Dictionary<string, double> { [Curves.Metric] = 0.5 } };
        };

        var (outcome, _) = await lab.RunAsync();

        Assert.Equal(0, outcome.Best!.Trial);
    }

    [Fact]
    public async Task Each_event_is_logged_once_and_in_order_and_told_once_it_is_in_the_log()
    {
        await using var lab = new Laboratory("""{ "budget": { "trials": 2 }, "scheduler": { "type": "asha", "minEpochs": 2, "reduction": 2 } }""");

        await lab.RunAsync();

        var events = await lab.EventsAsync("curve-1");
        Assert.Equal(
            [
                "started", "trial-0/started", "trial-0/slice-0", "trial-0/slice-1", "trial-0/ended",
                "trial-1/started", "trial-1/slice-0", "trial-1/slice-1", "trial-1/ended", "ended",
            ],
            events.Select(e => e.Id));
        Assert.Equal(events.Select(ArtifactJson.WriteLine), lab.Happened.Select(ArtifactJson.WriteLine));
        Assert.Equal(events.Select(e => e.Time).Order(), events.Select(e => e.Time));
        var started = events[1];
        Assert.Equal((ExperimentEventType.TrialStarted, 0, "bandit/start"), (started.Type, started.Trial, started.Origin));
        Assert.Equal((0, 2, "continues to epoch 4: the first to come so far"), (events[2].Slice, events[2].Epoch, events[2].Message));
        Assert.Equal((1, 4, "reached its last epoch"), (events[3].Slice, events[3].Epoch, events[3].Message));
        Assert.Equal((ExperimentEventType.TrialEnded, "completed", 4, (double?)Curves.At(started.Point!, 4)), (events[4].Type, events[4].Status, events[4].Epoch, events[4].Value));
        Assert.Equal((ExperimentEventType.ExperimentEnded, "completed", "budget: all 2 trials are done"), (events[^1].Type, events[^1].Status, events[^1].Message));
    }

    [Fact]
    public async Task Changes_of_the_input_pipeline_are_events_with_their_reason_before_the_slice_that_they_were_made_in()
    {
        await using var lab = new Laboratory("""{ "budget": { "trials": 1 }, "scheduler": { "type": "asha", "minEpochs": 2, "reduction": 2 } }""");
        var run = lab.RunSlice;
        lab.RunSlice = async (slice, stop) => await run(slice, stop) with
        {
            InputChanges = slice.Slice == 0 ? [new InputChange(0, "read", 2, "too slow"), new InputChange(1, "augment", 3, "slower still")] : [],
        };

        await lab.RunAsync();

        var events = await lab.EventsAsync("curve-1");
        Assert.Equal(
            ["started", "trial-0/started", "trial-0/input-0-0", "trial-0/input-0-1", "trial-0/slice-0", "trial-0/slice-1", "trial-0/ended", "ended"],
            events.Select(e => e.Id));
        var changed = events[3];
        Assert.Equal((ExperimentEventType.InputChanged, 0, 0, 1), (changed.Type, changed.Trial, changed.Slice, changed.Epoch));
        Assert.Equal(("augment", 3, "slower still"), (changed.Stage, changed.Workers, changed.Message));
    }

    [Fact]
    public async Task An_ended_experiment_leaves_summaries_usage_the_model_and_of_each_trial_its_best_checkpoint()
    {
        await using var lab = new Laboratory("""{ "budget": { "trials": 2 }, "scheduler": { "type": "asha", "minEpochs": 2, "reduction": 2 } }""");

        var (_, result) = await lab.RunAsync();

        Assert.Equal(
            [
                "correlations.json", "data.json", "events.jsonl", "importance.json", "model/model.json", "model/model.safetensors", "report.html", "result.json", "spec.json",
                "trials/0/checkpoints/4.safetensors", "trials/0/trial.json", "trials/1/checkpoints/4.safetensors", "trials/1/trial.json", "usage.json",
            ],
            (await lab.Store.ListAsync("experiments/curve-1")).Select(path => path["experiments/curve-1/".Length..]));
        var summary = ArtifactJson.Read<TrialSummary>((await lab.Store.ReadAsync(ArtifactPaths.TrialSummary("curve-1", 1)))!);
        var value = Curves.At(summary.Point, 4);
        Assert.Equal((1, TrialStatus.Completed, "bandit/start", 4, value, 4), (summary.Trial, summary.Status, summary.Origin, summary.Epochs, summary.Value, summary.BestEpoch));
        Assert.Equal(new Dictionary<string, double> { [Curves.Metric] = value }, summary.Metrics);
        Assert.Equal(ArtifactPaths.Checkpoint("curve-1", 1, 4), summary.Checkpoint);
        Assert.Equal(new Usage(TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(80), 1001, 4), summary.Usage);
        Assert.Equal(("curve-1", "curve", lab.Experiment.Data.Sha256), (result.Experiment, result.Name, result.DataSha256));
        Assert.All(result.Trials, trial => Assert.Null(trial.Usage));
        Assert.Equal(ArtifactPaths.ModelSafetensors("curve-1"), result.Best!.Model);
        var usage = ArtifactJson.Read<ExperimentUsage>((await lab.Store.ReadAsync(ArtifactPaths.Usage("curve-1")))!);
        Assert.Equal(new Usage(TimeSpan.FromSeconds(80), TimeSpan.FromSeconds(160), 1001, 8), usage.Total);
        Assert.Equal([1000, 1001], usage.Trials.Select(trial => trial.PeakMemoryBytes));
        Assert.True(usage.StartedAt <= usage.EndedAt);
    }

    [Fact]
    public async Task The_best_model_is_measured_on_test_data_where_some_was_held_out()
    {
        await using var lab = new Laboratory(WithTest);
        EvaluationRequest? measured = null;
        lab.Evaluate = request => new Dictionary<string, double> { [(measured = request) is null ? "" : Curves.TestMetric] = 0.25 };

        var (outcome, result) = await lab.RunAsync();

        Assert.Equal((outcome.Best!.Trial, outcome.Best.Checkpoint, result.Best!.Point), (measured!.Trial, measured.Checkpoint, measured.Point));
        Assert.Equal([Curves.TestMetric, Curves.Metric], result.Best.Metrics.Keys.Order());
        Assert.Equal(0.25, result.Best.Metrics[Curves.TestMetric]);
    }

    [Fact]
    public async Task What_was_found_is_kept_when_its_last_measurement_fails()
    {
        await using var lab = new Laboratory(WithTest);
        lab.Evaluate = _ => throw new WorkerLostException("worker 7 was lost: it exited with status 3");

        var (outcome, result) = await lab.RunAsync();

        Assert.Equal(ExperimentStatus.Completed, outcome.Status);
        Assert.Equal(
            "budget: all 5 trials are done; the best model could not be measured on test data: worker 7 was lost: it exited with status 3", result.Reason);
        Assert.Equal([Curves.Metric], result.Best!.Metrics.Keys);
    }

    private static string WithTest { get; } = """
        { "failure": { "retries": 1 },
          "training": {
            "data": { "type": "csv", "path": "points.csv", "split": { "validation": 0.25, "test": 0.25 } },
            "model": { "layers": [ { "type": "linear", "units": 2 } ] }, "loss": "crossEntropy", "epochs": 4 } }
        """;
}
