using System.Text.Json.Serialization;
using DurableTrainer.Core.Trials;

namespace DurableTrainer.Workers.Wire;

/// <summary>What the pool tells a worker: one JSON object a line on the worker's standard input.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(RunSliceMessage), "runSlice")]
[JsonDerivedType(typeof(EvaluateMessage), "evaluate")]
[JsonDerivedType(typeof(GrantMessage), "grant")]
[JsonDerivedType(typeof(StopMessage), "stop")]
internal abstract record HostMessage;

/// <summary>Run a slice; answered by epochs and then a result or a fault.</summary>
/// <param name="Request">The slice, with the threads that it has to begin with.</param>
/// <param name="Reason">Why it has so many.</param>
internal sealed record RunSliceMessage(SliceRequest Request, string Reason) : HostMessage;

/// <summary>Measure a checkpoint; answered by an evaluation or a fault.</summary>
internal sealed record EvaluateMessage(EvaluationRequest Request) : HostMessage;

/// <summary>Compute with so many threads from the next epoch of the running slice on.</summary>
internal sealed record GrantMessage(int Threads, string Reason) : HostMessage;

/// <summary>Return from the running slice at its next report, with a checkpoint.</summary>
internal sealed record StopMessage : HostMessage;
