using System.Diagnostics;
using DurableTrainer.Core.Telemetry;
using DurableTrainer.Core.Tests.Telemetry;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;

namespace DurableTrainer.Experiments.Tests.Telemetry;

public class ExperimentTraceTests
{
    private const string Changes = """{ "budget": { "trials": 4 }, "scheduler": { "type": "asha", "minEpochs": 2, "reduction": 2 } }""";

    [Fact]
    public async Task An_experiment_is_one_tree_of_spans_with_the_times_of_its_events()
    {
        using var heard = new HeardSpans();
        await using var lab = new Laboratory(Changes);
        await lab.RunAsync();

        var events = await lab.EventsAsync("curve-1");
        var place = SpanPlace.OfExperiment("curve-1", events[0].Time);
        var spans = heard.Of(place.Trace);
        AssertTree(place, spans, trials: 4);
        var root = spans.Single(span => span.ParentSpanId == default);
        Assert.Equal((events[0].Time.UtcDateTime, events[^1].Time - events[0].Time), (root.StartTimeUtc, root.Duration));
        Assert.Equal(("curve", "completed"), (root.GetTagItem(SignalNames.ExperimentName), root.GetTagItem(SignalNames.ExperimentStatus)));
        foreach (var ended in events.Where(e => e.Type == ExperimentEventType.TrialEnded))
        {
            var trial = spans.Single(span => span.SpanId == place.OfTrial(ended.Trial!.Value).Span);
            var started = events.Single(e => e.Type == ExperimentEventType.TrialStarted && e.Trial == ended.Trial);
            Assert.Equal((started.Time.UtcDateTime, ended.Time - started.Time), (trial.StartTimeUtc, trial.Duration));
            Assert.Equal((ended.Status, ended.Value), (trial.GetTagItem(SignalNames.TrialStatus), trial.GetTagItem(SignalNames.Value)));
        }
    }

    [Fact]
    public async Task Hosts_that_end_in_the_middle_tell_together_what_one_would_have()
    {
        using var heard = new HeardSpans();
        using var folder = new TemporaryFolder();

        await using var last = await Restarts.EndAfterAsync(() => new Laboratory(folder, Changes), [0, 1, 3]);

        var place = SpanPlace.OfExperiment("curve-1", (await last.EventsAsync("curve-1"))[0].Time);
        AssertTree(place, heard.Of(place.Trace), trials: 4);
    }

    [Fact]
    public async Task What_is_told_again_after_a_crash_is_told_with_the_same_id()
    {
        using var heard = new HeardSpans();
        using var folder = new TemporaryFolder();
        await using (var first = new Laboratory(folder, Changes) { Store = new FailingStore(new FolderStore(folder.At("store")), path => path.EndsWith("result.json", StringComparison.Ordinal)) })
        {
            await first.StartAsync(onDisk: true);
            await first.Client.SubmitAsync(first.Experiment);
            await Assert.ThrowsAsync<StorageException>(() => first.Halted);
        }

        await using var second = new Laboratory(folder, Changes);
        await second.StartAsync(onDisk: true);
        await second.EndAsync("curve-1");

        var place = SpanPlace.OfExperiment("curve-1", (await second.EventsAsync("curve-1"))[0].Time);
        AssertTree(place, heard.Of(place.Trace), trials: 4);
    }

    [Fact]
    public async Task A_trial_that_failed_is_an_error()
    {
        using var heard = new HeardSpans();
        await using var lab = new Laboratory("""{ "budget": { "trials": 2 } }""");
        lab.RunSlice = (slice, _) => slice.Trial == 1
            ? Task.FromResult(Curves.Result(slice, Core.Trials.SliceOutcome.Failed, double.NaN, "too large"))
            : Curves.RunAsync(lab.Store, lab.Experiment, slice);
        await lab.RunAsync();

        var place = SpanPlace.OfExperiment("curve-1", (await lab.EventsAsync("curve-1"))[0].Time);
        var trial = heard.Of(place.Trace).Single(span => span.SpanId == place.OfTrial(1).Span);
        Assert.Equal((ActivityStatusCode.Error, "too large"), (trial.Status, trial.StatusDescription));
    }

    private static void AssertTree(SpanPlace experiment, IReadOnlyList<Activity> spans, int trials)
    {
        Assert.Equal(
            Enumerable.Range(0, trials).Select(trial => experiment.OfTrial(trial).Span.ToHexString()).Append(experiment.Span.ToHexString()).Order(),
            spans.Select(span => span.SpanId.ToHexString()).Order());
        Assert.All(spans, span => Assert.Equal(span.OperationName == "experiment" ? default : experiment.Span, span.ParentSpanId));
    }
}
