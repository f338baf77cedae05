using DurableTrainer.Core.Training;
using DurableTrainer.Core.Trials;
using DurableTrainer.Storage;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Checkpoints;
using DurableTrainer.Workers.Slices;
using static DurableTrainer.Workers.Tests.DigitsExperiment;

namespace DurableTrainer.Workers.Tests.Slices;

public sealed class SliceRunnerTests : IDisposable
{
    /// <summary>1797 samples less 359 and 180 that are held out, 64 a step.</summary>
    private const int StepsPerEpoch = 20;

    private readonly DigitsExperiment digits = new();

    [Fact]
    public async Task A_slice_trains_logs_each_epoch_once_and_leaves_its_last_and_its_best_checkpoint()
    {
        var reports = new List<EpochReport>();

        var result = await digits.RunAsync(Slice(0, 0, 6), reports.Add);

        Assert.Equal(SliceOutcome.Completed, result.Outcome);
        Assert.Equal((0, 0, 6, 6 * StepsPerEpoch), (result.Trial, result.Slice, result.Epoch, result.Step));
        Assert.Null(result.Reason);
        Assert.Equal([1, 2, 3, 4, 5, 6], reports.Select(report => report.Epoch));
        Assert.Equal(reports[^1].Values, result.Metrics);
        Assert.True(reports[^1].Values["validation.accuracy"] > 0.8, $"It reached {reports[^1].Values["validation.accuracy"]}.");
        var best = reports.MinBy(report => report.Values["validation.loss"])!;
        Assert.Equal((best.Epoch, best.Values), (result.Best!.Epoch, result.Best.Metrics));
        Assert.Equal([.. new[] { best.Step, result.Step }.Distinct()], await digits.CheckpointStepsAsync());
        Assert.Equal(ArtifactPaths.Checkpoint(Id, 0, result.Step), result.Checkpoint);
        Assert.Equal(ArtifactPaths.Checkpoint(Id, 0, best.Step), result.Best.Checkpoint);
        Assert.Equal(6, result.Usage.Epochs);
        Assert.True(result.Usage.WallClock > TimeSpan.Zero && result.Usage.CpuTime > TimeSpan.Zero && result.Usage.PeakMemoryBytes > 0);
        var logged = await MetricsLog.ReadAsync(digits.Store, Id, 0);
        Assert.Equal(reports.Select(report => (report.Epoch, report.Step, report.Time, report.Usage)), logged.Select(line => (line.Epoch, line.Step, line.Time, line.Usage)));
        Assert.All(reports.Zip(logged), pair => Assert.Equal(pair.First.Values, pair.Second.Values));
    }

    [Fact]
    public async Task What_a_trial_costs_is_counted_in_operations_of_the_epochs_that_are_done()
    {
        await digits.RunAsync(Slice(0, 0, 2));
        var second = await digits.RunAsync(Slice(1, 2, 3));
        var split = DataSplit.Of(1797, new SplitSpec { Validation = 0.2, Test = 0.1 }, 0);

        Assert.Equal(3.0 * (3 * split.Train.Length + split.Validation.Length) * second.Metrics["model.flops"], second.Flops);
        Assert.Null((await digits.RunAsync(Slice(0, 0, 1) with { Trial = 1, Point = Point(kernel: 20) })).Flops);
    }

    [Fact]
    public async Task With_several_objectives_the_epoch_that_counts_is_the_best_by_the_first_in_which_epochs_differ()
    {
        using var both = new DigitsExperiment(objective: """[ { "metric": "model.flops" }, { "metric": "validation.loss" } ]""");
        var reports = new List<EpochReport>();

        var result = await both.RunAsync(Slice(0, 0, 6), reports.Add);

        Assert.Equal(reports.MinBy(report => report.Values["validation.loss"])!.Epoch, result.Best!.Epoch);
    }

    [Theory]
    [InlineData(1e9, 1)]
    [InlineData(1, 6)]
    public async Task With_several_objectives_a_slice_ends_early_where_all_targets_are_reached(double flops, int epochs)
    {
        using var both = new DigitsExperiment(
            objective: $$"""[ { "metric": "validation.loss", "target": 100 }, { "metric": "model.flops", "target": {{flops}} }, { "metric": "train.loss" } ]""");

        Assert.Equal(epochs, (await both.RunAsync(Slice(0, 0, 6))).Epoch);
    }

    [Fact]
    public async Task A_slice_that_runs_twice_leaves_the_same_bytes_and_the_same_result()
    {
        await digits.RunAsync(Slice(0, 0, 2));
        var once = await digits.RunAsync(Slice(1, 2, 5));
        var files = await digits.FilesAsync();

        var twice = await digits.RunAsync(Slice(1, 2, 5));

        Assert.Equal(files, await digits.FilesAsync());
        Assert.Equal((once.Epoch, once.Step, once.Checkpoint, once.Best!.Epoch), (twice.Epoch, twice.Step, twice.Checkpoint, twice.Best!.Epoch));
        Assert.Equal(once.Metrics, twice.Metrics);
    }

    [Fact]
    public async Task A_trial_cut_into_slices_ends_bit_for_bit_like_one_that_was_not()
    {
        using var uncut = new DigitsExperiment();
        var whole = await uncut.RunAsync(Slice(0, 0, 6));

        await digits.RunAsync(Slice(0, 0, 2));
        var second = await digits.RunAsync(Slice(1, 2, 6));

        await AssertSameEndAsync(uncut, whole, second);
    }

    [Fact]
    public async Task The_last_two_checkpoints_are_kept_with_the_best_until_then()
    {
        for (var epoch = 0; epoch < 5; epoch++)
            await digits.RunAsync(Slice(epoch, epoch, epoch + 1));
        var history = await MetricsLog.ReadAsync(digits.Store, Id, 0);
        long BestUntil(int epoch) => history.Take(epoch).MinBy(report => report.Values["validation.loss"])!.Step;

        Assert.Equal(new SortedSet<long> { BestUntil(4), BestUntil(5), 4 * StepsPerEpoch, 5 * StepsPerEpoch }, await digits.CheckpointStepsAsync());
    }

    [Fact]
    public async Task A_slice_of_an_earlier_time_that_runs_late_takes_nothing_from_the_later_ones()
    {
        await digits.RunAsync(Slice(0, 0, 2));
        var last = await digits.RunAsync(Slice(1, 2, 6));
        var files = await digits.FilesAsync();

        var late = await digits.RunAsync(Slice(0, 0, 2));

        Assert.NotNull(await digits.Store.ReadAsync(late.Checkpoint!));
        var after = await digits.FilesAsync();
        Assert.All(files, file => Assert.Equal(file.Value, after[file.Key]));
        Assert.Equal(last.Step, (await digits.RunAsync(Slice(1, 2, 6))).Step);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_slice_that_is_stopped_returns_with_a_checkpoint_and_goes_on_to_the_same_end(bool byFlag)
    {
        using var unstopped = new DigitsExperiment();
        var whole = await unstopped.RunAsync(Slice(0, 0, 6));
        using var stop = new CancellationTokenSource();

        var stopped = await digits.RunAsync(Slice(0, 0, 6), report =>
        {
            if (report.Epoch != 3)
                return;
            if (byFlag)
                digits.Write(ArtifactPaths.Stop(Id), []);
            else
                stop.Cancel();
        }, stop: stop.Token);

        Assert.Equal((SliceOutcome.Stopped, 3), (stopped.Outcome, stopped.Epoch));
        Assert.Equal(byFlag ? "the experiment was stopped" : "the host stopped", stopped.Reason);
        Assert.Equal(3, Checkpoint.Read((await digits.Store.ReadAsync(stopped.Checkpoint!))!).Epoch);
        await digits.Store.DeleteAsync(ArtifactPaths.Stop(Id));
        await AssertSameEndAsync(unstopped, whole, await digits.RunAsync(Slice(0, 0, 6)));
    }

    [Fact]
    public async Task A_slice_that_is_stopped_in_its_first_epoch_leaves_nothing_and_can_start_again()
    {
        using var unstopped = new DigitsExperiment();
        var whole = await unstopped.RunAsync(Slice(0, 0, 3));

        var stopped = await digits.RunAsync(Slice(0, 0, 3), stop: new CancellationToken(canceled: true));

        Assert.Equal((SliceOutcome.Stopped, 0, null, null), (stopped.Outcome, stopped.Epoch, stopped.Checkpoint, stopped.Best));
        Assert.Empty(await digits.FilesAsync());
        await AssertSameEndAsync(unstopped, whole, await digits.RunAsync(Slice(0, 0, 3)));
    }

    [Fact]
    public async Task A_slice_that_starts_under_a_raised_flag_trains_nothing()
    {
        await digits.RunAsync(Slice(0, 0, 2));
        digits.Write(ArtifactPaths.Stop(Id), []);

        var result = await digits.RunAsync(Slice(1, 2, 3));

        Assert.Equal((SliceOutcome.Stopped, 2, 0), (result.Outcome, result.Epoch, result.Usage.Epochs));
        Assert.Equal(ArtifactPaths.Checkpoint(Id, 0, 2 * StepsPerEpoch), result.Checkpoint);
    }

    [Fact]
    public async Task Threads_that_change_on_the_way_are_noted_and_change_no_bit()
    {
        using var even = new DigitsExperiment();
        var whole = await even.RunAsync(Slice(0, 0, 6));
        var threads = new SliceThreads(1, "an even share");
        await digits.RunAsync(Slice(0, 0, 2));

        var result = await new SliceRunner(digits.Store, TimeProvider.System, digits.Log, WorkerEquipment.Plain).RunAsync(
            Slice(1, 2, 6), report => threads.Offer(report.Epoch < 4 ? 1 : report.Epoch - 2, $"offered after epoch {report.Epoch}"), default, threads);

        Assert.Equal(
            [new Grant(2, 1, "an even share"), new Grant(4, 2, "offered after epoch 4"), new Grant(5, 3, "offered after epoch 5")], result.Grants);
        await AssertSameEndAsync(even, whole, result);
    }

    [Fact]
    public async Task A_slice_returns_early_when_its_time_is_spent()
    {
        var time = new ManualTime();

        var result = await digits.RunAsync(
            Slice(0, 0, 6) with { MaxWallClock = TimeSpan.FromSeconds(20) }, _ => time.Advance(TimeSpan.FromSeconds(8)), time);

        Assert.Equal((SliceOutcome.Stopped, 3, "the experiment's time is spent"), (result.Outcome, result.Epoch, result.Reason));
        Assert.Equal(TimeSpan.FromSeconds(24), result.Usage.WallClock);
        Assert.NotNull(result.Checkpoint);
    }

    [Fact]
    public async Task A_long_slice_leaves_checkpoints_on_the_way()
    {
        var time = new ManualTime();
        IReadOnlyList<long> onTheWay = [];

        await digits.RunAsync(Slice(0, 0, 6), report =>
        {
            time.Advance(TimeSpan.FromSeconds(6));
            if (report.Epoch == 5)
                onTheWay = digits.CheckpointStepsAsync().GetAwaiter().GetResult();
        }, time);

        Assert.Contains(4 * StepsPerEpoch, onTheWay);
    }

    [Fact]
    public async Task A_trial_that_diverges_says_so_in_a_sentence()
    {
        var result = await digits.RunAsync(Slice(0, 0, 6) with { Point = Point(rate: 1e30) });

        Assert.Equal(SliceOutcome.NonFinite, result.Outcome);
        Assert.Matches("^NonFinite: the training loss became .* in epoch 1, at step \\d+; a smaller learning rate may help\\.$", result.Reason);
    }

    [Fact]
    public async Task A_point_whose_layers_do_not_fit_fails_its_trial_and_no_other()
    {
        var result = await digits.RunAsync(Slice(0, 0, 6) with { Point = Point(kernel: 9) });

        Assert.Equal((SliceOutcome.Failed, 0), (result.Outcome, result.Epoch));
        Assert.StartsWith("nothing can be trained at this point: /layers/0: maxPool2d got ", result.Reason, StringComparison.Ordinal);
        Assert.Equal(SliceOutcome.Completed, (await digits.RunAsync(Slice(0, 0, 1) with { Trial = 1 })).Outcome);
    }

    [Fact]
    public async Task A_checkpoint_is_measured_on_samples_that_no_trial_has_seen()
    {
        var result = await digits.RunAsync(Slice(0, 0, 3));

        var metrics = await new SliceRunner(digits.Store, TimeProvider.System, digits.Log, WorkerEquipment.Plain).EvaluateAsync(
            new EvaluationRequest { Experiment = Id, Trial = 0, Point = Point(), Checkpoint = result.Best!.Checkpoint });

        Assert.Equal(["test.accuracy", "test.f1", "test.loss", "test.perplexity"], metrics.Keys);
        Assert.NotEqual(result.Metrics["validation.loss"], metrics["test.loss"]);
        Assert.InRange(metrics["test.accuracy"], 0.7, 1);
    }

    [Fact]
    public async Task A_model_of_an_earlier_experiment_is_measured_on_the_samples_of_this_one()
    {
        var result = await digits.RunAsync(Slice(0, 0, 3));
        var own = new EvaluationRequest { Experiment = Id, Trial = 0, Point = Point(), Checkpoint = result.Best!.Checkpoint };
        foreach (var file in (string[])["spec.json", "data.json"])
            await digits.Store.WriteAsync($"models/digits/{file}", (await digits.Store.ReadAsync($"experiments/{Id}/{file}"))!);
        // As if the data had been another then.
        var checkpoint = Checkpoint.Read((await digits.Store.ReadAsync(own.Checkpoint))!) with { DataSha256 = new string('a', 64) };
        await digits.Store.WriteAsync("models/digits/checkpoint.safetensors", checkpoint.Write());
        var runner = new SliceRunner(digits.Store, TimeProvider.System, digits.Log, WorkerEquipment.Plain);
        var rival = own with { Checkpoint = "models/digits/checkpoint.safetensors", Rival = new RivalModel("models/digits/spec.json", "models/digits/data.json", Point()) };

        Assert.Equal(await runner.EvaluateAsync(own), await runner.EvaluateAsync(rival));
        Assert.Equal(result.Best.Metrics["validation.loss"], (await runner.EvaluateAsync(rival with { OnValidation = true }))["validation.loss"]);
    }

    [Fact]
    public async Task A_model_of_samples_of_another_form_is_not_measured()
    {
        var result = await digits.RunAsync(Slice(0, 0, 1));
        await digits.Store.WriteAsync("models/digits/data.json", new DataSource(".", "hash", 10, [3]).Write());

        var refusal = await Assert.ThrowsAsync<DataException>(() => new SliceRunner(digits.Store, TimeProvider.System, digits.Log, WorkerEquipment.Plain).EvaluateAsync(
            new EvaluationRequest
            {
                Experiment = Id,
                Trial = 0,
                Point = Point(),
                Checkpoint = result.Best!.Checkpoint,
                Rival = new RivalModel($"experiments/{Id}/spec.json", "models/digits/data.json", Point()),
            }));

        Assert.StartsWith("It was trained on samples of shape [3] with 1 targets; these have shape [1, 8, 8], ", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => digits.Dispose();

    private async Task AssertSameEndAsync(DigitsExperiment other, SliceResult whole, SliceResult cut)
    {
        Assert.Equal((whole.Outcome, whole.Epoch, whole.Step, whole.Checkpoint), (cut.Outcome, cut.Epoch, cut.Step, cut.Checkpoint));
        Assert.Equal(whole.Metrics, cut.Metrics);
        Assert.Equal((whole.Best!.Epoch, whole.Best.Checkpoint), (cut.Best!.Epoch, cut.Best.Checkpoint));
        foreach (var path in (string[])[whole.Checkpoint!, whole.Best.Checkpoint])
            Assert.Equal(await other.Store.ReadAsync(path), await digits.Store.ReadAsync(path));
        var (expected, logged) = (await MetricsLog.ReadAsync(other.Store, Id, 0), await MetricsLog.ReadAsync(digits.Store, Id, 0));
        Assert.Equal(expected.Select(line => (line.Epoch, line.Step)), logged.Select(line => (line.Epoch, line.Step)));
        Assert.All(expected.Zip(logged), pair => Assert.Equal(pair.First.Values, pair.Second.Values));
    }
}
