using System.Text.Json;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Experiments.Submission;

/// <summary>What may change while a trial trains must leave its model and its samples as they are.</summary>
internal static class AdjustableFit
{
    /// <param name="parts">The spec.</param>
    /// <param name="graph">The model at the point.</param>
    /// <param name="sampleShape">Of one sample, without the batch.</param>
    /// <param name="point">A point of the space.</param>
    public static IEnumerable<SpecProblem> Problems(SoundParts parts, Graph graph, IReadOnlyList<int> sampleShape, Point point)
    {
        foreach (var (pointer, name, other) in parts.Adjusted(point))
        {
            if (Data(parts, other) != Data(parts, point))
                yield return Problem($"the data depends on {name}, and what trains cannot change its data");
            else if (parts.Training<ModelSpec>("model", other) is { } model && Difference(graph, model, sampleShape) is { } difference)
                yield return Problem($"the model's shape depends on {name} ({difference}), and what trains cannot change its shape");

            SpecProblem Problem(string because) => new(pointer + "/adjustable", $"is true, but {because}");
        }
    }

    private static string Data(SoundParts parts, Point point) => JsonSerializer.Serialize(parts.Training<DataSpec>("data", point), SpecJson.Options);

    private static string? Difference(Graph graph, ModelSpec model, IReadOnlyList<int> sampleShape)
    {
        try
        {
            return GraphDifference.Of(graph, GraphBuilder.Build(model, sampleShape));
        }
        catch (ShapeException)
        {
            // Told of the points that have that value.
            return null;
        }
    }
}
