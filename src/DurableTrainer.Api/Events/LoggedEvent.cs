using System.Text;
using System.Text.Json;
using DurableTrainer.Experiments.Artifacts;

namespace DurableTrainer.Api.Events;

/// <summary>An event of a log. Many may watch: how it is sent is written once for all of them.</summary>
public sealed class LoggedEvent(ExperimentEvent happened)
{
    private byte[]? message;

    public ExperimentEvent Event { get; } = happened;

    /// <summary>As a message of a stream of events, in UTF-8 (HTML Living Standard, section 9.2).</summary>
    internal ReadOnlyMemory<byte> Message => message ??= Encoding.UTF8.GetBytes($"id: {Event.Id}\nevent: {JsonNamingPolicy.CamelCase.ConvertName(Event.Type.ToString())}\ndata: {ArtifactJson.WriteLine(Event)}\n\n");
}
