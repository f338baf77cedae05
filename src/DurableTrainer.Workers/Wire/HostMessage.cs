using System.Text.Json.Serialization;
using DurableTrainer.Core.Trials;

namespace DurableTrainer.Workers.Wire;

/// <summary>What the pool tells a worker: one JSON object a line on the worker's standard input.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(RunSliceMessage), "runSlice")]
[JsonDerivedType(typeof(EvaluateMessage), "evaluate")]
[JsonDerivedType(typeof(StopMessage), "stop")]
internal abstract record HostMessage;

/// <summary>Run a slice; answered by epochs and then a result or a fault.</summary>
internal sealed record RunSliceMessage(SliceRequest Request) : HostMessage;

/// <summary>Measure a checkpoint; answered by an evaluation or a fault.</summary>
internal sealed record EvaluateMessage(EvaluationRequest Request) : HostMessage;

/// <summary>Return from the running slice at its next report, with a checkpoint.</summary>
internal sealed record StopMessage : HostMessage;
