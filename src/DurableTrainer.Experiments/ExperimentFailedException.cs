namespace DurableTrainer.Experiments;

/// <summary>The workflow of an experiment broke, which is a fault of this program and not of the experiment.</summary>
public sealed class ExperimentFailedException(string experiment, string message, string? details)
    : Exception($"Experiment '{experiment}' broke: {message}")
{
    public string? Details { get; } = details;
}
