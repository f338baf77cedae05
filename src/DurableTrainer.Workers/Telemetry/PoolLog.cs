using DurableTrainer.Core.Trials;
using Microsoft.Extensions.Logging;

namespace DurableTrainer.Workers.Telemetry;

/// <summary>What happens in a pool, as log lines.</summary>
internal static partial class PoolLog
{
    [LoggerMessage(LogLevel.Information, "Worker {ProcessId} of pool {Pool} is ready")]
    public static partial void WorkerStarted(this ILogger logger, string pool, int processId);

    [LoggerMessage(LogLevel.Warning, "Pool {Pool} lost a worker, with slice {Slice} of trial {Trial} of {Experiment}: {Reason}")]
    public static partial void WorkerLost(this ILogger logger, string pool, string experiment, int trial, int slice, string reason);

    [LoggerMessage(LogLevel.Debug, "Slice {Slice} of trial {Trial} of {Experiment} runs on pool {Pool} from epoch {FromEpoch} to {ToEpoch}")]
    public static partial void SliceStarted(this ILogger logger, string pool, string experiment, int trial, int slice, int fromEpoch, int toEpoch);

    [LoggerMessage(LogLevel.Debug, "Slice {Slice} of trial {Trial} of {Experiment} ended at epoch {Epoch}: {Outcome}")]
    public static partial void SliceEnded(this ILogger logger, string experiment, int trial, int slice, int epoch, SliceOutcome outcome);

    [LoggerMessage(LogLevel.Debug, "Slice {Slice} of trial {Trial} of {Experiment} was left, and will run again")]
    public static partial void SliceLeft(this ILogger logger, string experiment, int trial, int slice);
}
