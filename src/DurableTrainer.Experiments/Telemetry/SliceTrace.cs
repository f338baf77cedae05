using DurableTrainer.Core.Telemetry;
using DurableTrainer.Experiments.Activities;

namespace DurableTrainer.Experiments.Telemetry;

/// <summary>What a worker is told of the trace that its work belongs to. It goes with the work, and into no journal.</summary>
internal static class SliceTrace
{
    /// <returns>Null where nobody listens.</returns>
    public static async Task<string?> OfExperimentAsync(EventLog events, string experiment, CancellationToken cancellation) =>
        Signals.Source.HasListeners() ? await events.AskAsync(experiment, story => story.Place.ToString(), cancellation) : null;

    /// <returns>Null where nobody listens.</returns>
    public static async Task<string?> OfTrialAsync(EventLog events, string experiment, int trial, CancellationToken cancellation) =>
        Signals.Source.HasListeners() ? await events.AskAsync(experiment, story => story.Place.OfTrial(trial).ToString(), cancellation) : null;
}
