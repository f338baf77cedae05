using System.Text.Json.Serialization;
using DurableTrainer.Core.Trials;

namespace DurableTrainer.Workers.Wire;

/// <summary>What a worker tells its pool: one JSON object a line on the worker's standard output.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(ReadyMessage), "ready")]
[JsonDerivedType(typeof(HeartbeatMessage), "heartbeat")]
[JsonDerivedType(typeof(EpochMessage), "epoch")]
[JsonDerivedType(typeof(SliceMessage), "slice")]
[JsonDerivedType(typeof(EvaluationMessage), "evaluation")]
[JsonDerivedType(typeof(FaultMessage), "fault")]
internal abstract record WorkerMessage;

/// <summary>The worker is warm and waits for work.</summary>
internal sealed record ReadyMessage(int Version) : WorkerMessage
{
    /// <summary>Of this wire; a pool talks only with workers of its own version.</summary>
    public const int Current = 2;
}

/// <summary>Sent every few seconds, so that a worker that hangs is told from one that is busy.</summary>
internal sealed record HeartbeatMessage : WorkerMessage;

internal sealed record EpochMessage(int Trial, EpochReport Report) : WorkerMessage;

internal sealed record SliceMessage(SliceResult Result) : WorkerMessage;

internal sealed record EvaluationMessage(IReadOnlyDictionary<string, double> Metrics) : WorkerMessage;

/// <summary>The worker's surroundings failed, not the point: trying elsewhere or later may go well.</summary>
/// <param name="Message">What failed, and what to do.</param>
/// <param name="IsFull">Whether all that is missing is space.</param>
internal sealed record FaultMessage(string Message, bool IsFull = false) : WorkerMessage;
