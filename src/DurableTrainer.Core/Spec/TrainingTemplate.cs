using System.Text.Json.Nodes;

namespace DurableTrainer.Core.Spec;

/// <summary>The <c>training</c> part of a spec, in which any value may be an expression over parameters such as <c>"$width * 2"</c>.</summary>
public sealed class TrainingTemplate(JsonObject json)
{
    public JsonObject Json { get; } = json;
}
