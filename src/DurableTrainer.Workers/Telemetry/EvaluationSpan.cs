using DurableTrainer.Core.Telemetry;
using DurableTrainer.Core.Trials;

namespace DurableTrainer.Workers.Telemetry;

/// <summary>The span around the measurement of an experiment's best model, which is done once.</summary>
internal static class EvaluationSpan
{
    public static void Tell(EvaluationRequest request, IReadOnlyDictionary<string, double> metrics, DateTimeOffset start, DateTimeOffset end)
    {
        if (SpanPlace.Read(request.Trace) is not { } experiment)
            return;
        PlacedSpan.Tell(experiment.Child("evaluation"), "evaluation", start, end, span =>
        {
            span.SetTag(SignalNames.ExperimentId, request.Experiment);
            span.SetTag(SignalNames.Trial, request.Trial);
            foreach (var (metric, value) in metrics)
                span.SetTag(metric, value);
        });
    }
}
