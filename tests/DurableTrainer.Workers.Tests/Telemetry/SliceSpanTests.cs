using DurableTrainer.Core.Telemetry;
using DurableTrainer.Core.Tests.Telemetry;
using DurableTrainer.Core.Trials;
using DurableTrainer.Storage;
using DurableTrainer.Workers.Wire;
using static DurableTrainer.Workers.Tests.DigitsExperiment;

namespace DurableTrainer.Workers.Tests.Telemetry;

public sealed class SliceSpanTests : IDisposable
{
    private readonly DigitsExperiment experiment = new();
    private readonly HeardSpans heard = new();

    [Fact]
    public async Task A_slice_is_a_span_in_its_trial_with_its_epochs()
    {
        var trial = SpanPlace.OfExperiment("spans-1", DateTimeOffset.UnixEpoch).OfTrial(0);
        using var worker = new TalkingWorker(experiment);

        worker.Tell(new RunSliceMessage(Slice(2, 0, 3) with { Trace = trial.ToString() }, "as asked for"));
        var result = (await worker.HearAsync<SliceMessage>()).Result;

        var span = Assert.Single(heard.Of(trial.Trace));
        Assert.Equal(("slice", trial.OfSlice(2).Span, trial.Span), (span.OperationName, span.SpanId, span.ParentSpanId));
        Assert.Equal(["epoch", "epoch", "epoch"], span.Events.Select(e => e.Name));
        Assert.Equal(result.Metrics["validation.loss"], span.Events.Last().Tags.Single(tag => tag.Key == "validation.loss").Value);
        Assert.Equal("completed", span.GetTagItem(SignalNames.SliceOutcome));
    }

    [Fact]
    public async Task A_slice_that_is_left_and_runs_again_is_two_spans_that_differ()
    {
        var trial = SpanPlace.OfExperiment("spans-2", DateTimeOffset.UnixEpoch).OfTrial(0);
        var request = Slice(0, 0, 1000) with { Trace = trial.ToString() };
        using (var first = new TalkingWorker(experiment))
        {
            first.Tell(new RunSliceMessage(request, "as asked for"));
            await first.HearAsync<EpochMessage>();
            first.Tell(new StopMessage());
            Assert.Equal(SliceOutcome.Stopped, (await first.HearAsync<SliceMessage>()).Result.Outcome);
        }

        using var second = new TalkingWorker(experiment);
        second.Tell(new RunSliceMessage(request with { ToEpoch = 2 }, "as asked for"));
        await second.HearAsync<SliceMessage>();

        var spans = heard.Of(trial.Trace);
        Assert.Equal(2, spans.Count);
        Assert.All(spans, span => Assert.Equal(trial.Span, span.ParentSpanId));
        Assert.NotEqual(trial.OfSlice(0).Span, spans[0].SpanId);
        Assert.Equal(trial.OfSlice(0).Span, spans[1].SpanId);
        Assert.Equal(["left", "completed"], spans.Select(span => span.GetTagItem(SignalNames.SliceOutcome)));
    }

    [Fact]
    public async Task A_slice_that_nobody_asked_to_trace_is_none()
    {
        using var worker = new TalkingWorker(experiment);
        var before = heard.Spans.Count(span => span.GetTagItem(SignalNames.Slice) is 77);

        worker.Tell(new RunSliceMessage(Slice(77, 0, 1), "as asked for"));
        await worker.HearAsync<SliceMessage>();

        Assert.Equal(before, heard.Spans.Count(span => span.GetTagItem(SignalNames.Slice) is 77));
    }

    [Fact]
    public async Task A_fault_of_the_surroundings_is_an_error_beside_the_slice_that_will_run()
    {
        var trial = SpanPlace.OfExperiment("spans-3", DateTimeOffset.UnixEpoch).OfTrial(0);
        using var worker = new TalkingWorker(experiment);
        await experiment.Store.DeleteAsync(ArtifactPaths.Spec(Id));

        worker.Tell(new RunSliceMessage(Slice(0, 0, 1) with { Trace = trial.ToString() }, "as asked for"));
        var fault = await worker.HearAsync<FaultMessage>();

        var span = Assert.Single(heard.Of(trial.Trace));
        Assert.Equal((System.Diagnostics.ActivityStatusCode.Error, fault.Message), (span.Status, span.StatusDescription));
        Assert.NotEqual(trial.OfSlice(0).Span, span.SpanId);
    }

    public void Dispose()
    {
        heard.Dispose();
        experiment.Dispose();
    }
}
