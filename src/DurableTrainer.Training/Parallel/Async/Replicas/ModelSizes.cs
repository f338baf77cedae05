using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Parallel.Async.Replicas;

/// <summary>How many numbers go between a server and a learner.</summary>
/// <param name="Parameters">That are learned.</param>
/// <param name="State">That operations carry beside.</param>
/// <param name="Output">That the model gives for a sample.</param>
internal readonly record struct ModelSizes(int Parameters, int State, int Output)
{
    public static ModelSizes Of(Graph graph) => new(
        checked((int)graph.Parameters.Sum(parameter => parameter.Shape.Size)),
        checked((int)graph.State.Sum(state => state.Shape.Size)),
        checked((int)graph.ShapeOf(graph.Outputs[0]).Size));
}
