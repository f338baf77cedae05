using DurableTrainer.Experiments.Artifacts;
using Microsoft.Extensions.Logging;

namespace DurableTrainer.Experiments.Telemetry;

/// <summary>What happens in experiments, as log lines.</summary>
internal static partial class ExperimentLog
{
    public static void Happened(this ILogger logger, string experiment, ExperimentEvent happened)
    {
        var reason = happened.Message ?? "";
        switch (happened.Type)
        {
            case ExperimentEventType.ExperimentQueued or ExperimentEventType.ExperimentStarted or ExperimentEventType.ExperimentEnding:
                logger.Moved(experiment, happened.Type, reason);
                break;
            case ExperimentEventType.ExperimentEnded:
                logger.Ended(experiment, happened.Status, happened.Trial, happened.Value, reason);
                break;
            case ExperimentEventType.WorkerLost:
                logger.Retried(experiment, happened.Trial, happened.Slice, happened.Epoch, reason);
                break;
            case ExperimentEventType.TrialEnded:
                logger.TrialEnded(experiment, happened.Trial, happened.Epoch, happened.Status, happened.Value, reason);
                break;
            default:
                logger.TrialMoved(experiment, happened.Trial, happened.Type, happened.Slice, happened.Epoch, happened.Value, reason);
                break;
        }
    }

    [LoggerMessage(LogLevel.Information, "{Experiment}: {What}. {Reason}")]
    private static partial void Moved(this ILogger logger, string experiment, ExperimentEventType what, string reason);

    [LoggerMessage(LogLevel.Information, "{Experiment} ended as {Status}, with trial {Trial} at {Value}: {Reason}")]
    private static partial void Ended(this ILogger logger, string experiment, string? status, int? trial, double? value, string reason);

    [LoggerMessage(LogLevel.Warning, "{Experiment}: the worker of trial {Trial} was lost in slice {Slice} after epoch {Epoch}: {Reason}")]
    private static partial void Retried(this ILogger logger, string experiment, int? trial, int? slice, int? epoch, string reason);

    [LoggerMessage(LogLevel.Information, "{Experiment}: trial {Trial} ended at epoch {Epoch} as {Status}, at {Value}: {Reason}")]
    private static partial void TrialEnded(this ILogger logger, string experiment, int? trial, int? epoch, string? status, double? value, string reason);

    [LoggerMessage(LogLevel.Debug, "{Experiment}: trial {Trial}: {What}, slice {Slice}, epoch {Epoch}, at {Value}: {Reason}")]
    private static partial void TrialMoved(
        this ILogger logger, string experiment, int? trial, ExperimentEventType what, int? slice, int? epoch, double? value, string reason);
}
