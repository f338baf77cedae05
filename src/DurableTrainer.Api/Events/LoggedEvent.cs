using DurableTrainer.Experiments.Artifacts;

namespace DurableTrainer.Api.Events;

/// <summary>An event of a log. Many may watch: what it is as JSON is written once for all of them.</summary>
public sealed class LoggedEvent(ExperimentEvent happened)
{
    private string? json;

    public ExperimentEvent Event { get; } = happened;

    /// <summary>On one line.</summary>
    public string Json => json ??= ArtifactJson.WriteLine(Event);
}
