using System.Text.Json;

namespace DurableTrainer.Training.Graphs;

/// <summary>A graph as JSON text, as checkpoints and <c>model.json</c> carry it.</summary>
public static class GraphJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public static string Write(Graph graph) => JsonSerializer.Serialize(graph, Options);

    /// <exception cref="JsonException">The text is not a graph.</exception>
    public static Graph Read(string json) =>
        JsonSerializer.Deserialize<Graph>(json, Options) ?? throw new JsonException("A graph is an object.");
}
