using System.Diagnostics;
using DurableTrainer.Core.Telemetry;

namespace DurableTrainer.Core.Tests.Telemetry;

/// <summary>Also holds the platform to what <see cref="PlacedSpan"/> supposes of it.</summary>
public class PlacedSpanTests
{
    private static readonly DateTimeOffset Began = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Ended = Began.AddHours(30);

    [Fact]
    public void The_same_experiment_has_the_same_ids_in_every_process() =>
        Assert.Equal(
            "00-888e178b5c774ea241f8e49f2bf8248b-5417b69f9c3bdd8f-01",
            SpanPlace.OfExperiment("digits-1", Began).OfTrial(3).OfSlice(1).ToString());

    [Fact]
    public void Each_span_has_an_id_of_its_own()
    {
        SpanPlace[] experiments = [SpanPlace.OfExperiment("digits-1", Began), SpanPlace.OfExperiment("digits-2", Began), SpanPlace.OfExperiment("digits-1", Ended)];
        var trials = experiments.SelectMany(experiment => Enumerable.Range(0, 20).Select(experiment.OfTrial)).ToList();
        var slices = trials.SelectMany(trial => Enumerable.Range(0, 5).Select(trial.OfSlice)).ToList();

        Assert.Equal(3, experiments.Select(place => place.Trace).Distinct().Count());
        Assert.Equal(3 + 60 + 300, experiments.Concat(trials).Concat(slices).Select(place => place.Span).Distinct().Count());
        Assert.All(trials, trial => Assert.Contains(experiments, experiment => (experiment.Trace, experiment.Span) == (trial.Trace, trial.Parent)));
    }

    [Fact]
    public void A_place_can_be_sent_as_text()
    {
        var trial = SpanPlace.OfExperiment("digits-1", Began).OfTrial(3);

        Assert.Equal(trial.OfSlice(0), SpanPlace.Read(trial.ToString())!.Value.OfSlice(0));
        Assert.Null(SpanPlace.Read("nonsense"));
        Assert.Null(SpanPlace.Read(null));
    }

    [Fact]
    public void A_span_is_told_with_its_ids_and_times()
    {
        var experiment = SpanPlace.OfExperiment("told-1", Began);
        using var heard = new HeardSpans();

        PlacedSpan.Tell(experiment.OfTrial(2), "trial", Began, Ended, span => span.SetTag(SignalNames.Trial, 2));
        PlacedSpan.Tell(experiment, "experiment", Began, Ended, _ => { });

        Assert.Equal(["trial", "experiment"], heard.Of(experiment.Trace).Select(span => span.OperationName));
        var (trial, root) = (heard.Of(experiment.Trace)[0], heard.Of(experiment.Trace)[1]);
        Assert.Equal((experiment.OfTrial(2).Span, experiment.Span), (trial.SpanId, trial.ParentSpanId));
        Assert.Equal((experiment.Span, default), (root.SpanId, root.ParentSpanId));
        Assert.Equal((Began.UtcDateTime, TimeSpan.FromHours(30)), (trial.StartTimeUtc, trial.Duration));
        Assert.Equal(2, trial.GetTagItem(SignalNames.Trial));
        Assert.Equal(experiment.OfTrial(2).ToString(), trial.Id);
    }

    [Fact]
    public void What_goes_on_meanwhile_is_not_taken_for_the_parent_and_goes_on()
    {
        var experiment = SpanPlace.OfExperiment("told-2", Began);
        using var heard = new HeardSpans();
        using var request = new Activity("request").Start();

        PlacedSpan.Tell(experiment, "experiment", Began, Ended, _ => { });

        Assert.Same(request, Activity.Current);
        Assert.Equal(default, Assert.Single(heard.Of(experiment.Trace)).ParentSpanId);
        Assert.NotEqual(experiment.Trace, request.TraceId);
    }

    [Fact]
    public void A_trace_is_sampled_as_a_whole_by_its_id()
    {
        var sampled = SpanPlace.OfExperiment("sampled-1", Began);
        var dropped = SpanPlace.OfExperiment("dropped-1", Began);
        // As a sampler of a ratio does: by the id for what has no parent, and as its parent for what has one.
        using var heard = new HeardSpans(options =>
            options.Parent == default ? options.TraceId == sampled.Trace : options.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded));

        foreach (var experiment in new[] { sampled, dropped })
        {
            PlacedSpan.Tell(experiment.OfTrial(0), "trial", Began, Ended, _ => { });
            PlacedSpan.Tell(experiment, "experiment", Began, Ended, _ => { });
        }

        Assert.Equal([sampled.OfTrial(0).Span, sampled.Span], heard.Spans.Where(span => span.TraceId == sampled.Trace).Select(span => span.SpanId));
        Assert.DoesNotContain(heard.Spans, span => span.TraceId == dropped.Trace);
    }
}
