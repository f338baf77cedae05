using System.Diagnostics;
using DurableTrainer.Core.Telemetry;
using DurableTrainer.Experiments.Artifacts;

namespace DurableTrainer.Experiments.Telemetry;

/// <summary>
/// When the parts of an experiment began, by its log of events, and so the places of their spans: a host that goes on with an experiment
/// reads the same as the one that began it wrote.
/// </summary>
internal sealed class ExperimentStory(string experiment)
{
    private readonly Dictionary<int, DateTimeOffset> trials = [];
    private DateTimeOffset? began;
    private DateTimeOffset? queued;

    /// <summary>The experiment's own span.</summary>
    public SpanPlace Place => SpanPlace.OfExperiment(experiment, began ?? default);

    /// <summary>Takes in an event that the log holds.</summary>
    public void Read(ExperimentEvent happened)
    {
        began ??= happened.Time;
        if (happened.Type == ExperimentEventType.ExperimentQueued)
            queued ??= happened.Time;
        if (happened is { Type: ExperimentEventType.TrialStarted, Trial: { } trial })
            trials.TryAdd(trial, happened.Time);
    }

    /// <summary>Takes in an event that was written just now, and counts it.</summary>
    public void Take(ExperimentEvent happened)
    {
        Read(happened);
        switch (happened)
        {
            case { Type: ExperimentEventType.ExperimentStarted }:
                ExperimentMetrics.Started(experiment, happened.Time - began!.Value);
                if (queued is { } since)
                    PlacedSpan.Tell(Place.Child("queue"), "queue", since, happened.Time, span => span.SetTag(SignalNames.ExperimentId, experiment));
                break;
            case { Type: ExperimentEventType.TrialEnded, Trial: { } trial }:
                ExperimentMetrics.TrialEnded(experiment, happened.Status!, happened.Time - BeganOf(trial, happened));
                break;
            case { Type: ExperimentEventType.ExperimentEnded }:
                ExperimentMetrics.Ended(experiment, happened.Status!, happened.Time - began!.Value);
                break;
        }
    }

    /// <summary>Tells of a trial as a whole, once it has ended; each time with the same ids and times.</summary>
    public void Tell(TrialSummary trial, ExperimentEvent ended) =>
        PlacedSpan.Tell(Place.OfTrial(trial.Trial), "trial", BeganOf(trial.Trial, ended), ended.Time, span =>
        {
            span.SetTag(SignalNames.ExperimentId, experiment);
            span.SetTag(SignalNames.Trial, trial.Trial);
            span.SetTag(SignalNames.TrialStatus, ended.Status);
            span.SetTag(SignalNames.Epoch, trial.Epochs);
            span.SetTag("durabletrainer.trial.origin", trial.Origin);
            foreach (var (parameter, value) in trial.Point)
                span.SetTag($"durabletrainer.point.{parameter}", value.ToString());
            Describe(span, ended);
        });

    /// <summary>Tells of the experiment as a whole, once it has ended; each time with the same ids and times.</summary>
    public void Tell(string name, ExperimentEvent ended) =>
        PlacedSpan.Tell(Place, "experiment", began ?? ended.Time, ended.Time, span =>
        {
            span.SetTag(SignalNames.ExperimentId, experiment);
            span.SetTag(SignalNames.ExperimentName, name);
            span.SetTag(SignalNames.ExperimentStatus, ended.Status);
            if (ended.Trial is { } best)
                span.SetTag("durabletrainer.experiment.best_trial", best);
            Describe(span, ended);
        });

    private DateTimeOffset BeganOf(int trial, ExperimentEvent ended) => trials.GetValueOrDefault(trial, ended.Time);

    private static void Describe(Activity span, ExperimentEvent ended)
    {
        if (ended.Value is { } value)
            span.SetTag(SignalNames.Value, value);
        if (ended.Message is { } reason)
            span.SetTag(SignalNames.Reason, reason);
        if (ended.Status == "failed")
            span.SetStatus(ActivityStatusCode.Error, ended.Message);
    }
}
