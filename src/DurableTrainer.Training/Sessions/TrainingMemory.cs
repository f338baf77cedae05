using System.Globalization;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Optimizers;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Sessions;

/// <summary>What training a graph takes of memory, known from the graph before any of it is taken.</summary>
public static class TrainingMemory
{
    /// <summary>Values of one tensor at most.</summary>
    public const long MostValues = int.MaxValue;

    /// <summary>Bytes of all tensors at most.</summary>
    public const long MostBytes = 8L << 30;

    /// <summary>
    /// Bytes of the tensors that training cannot do without: parameters with their gradients, what the optimizer carries for them and the
    /// copies that an epoch can return to, the samples of a batch and its largest value. The plan of a processor says what the other
    /// values take, many of which share memory.
    /// </summary>
    /// <param name="graph">What to train.</param>
    /// <param name="optimizer">What moves the parameters.</param>
    /// <param name="batch">The most samples that one pass brings.</param>
    public static long BytesOf(Graph graph, OptimizerSpec optimizer, int batch)
    {
        var state = graph.State.Aggregate(0L, (sum, tensor) => Saturating.Sum(sum, tensor.Shape.Size));
        var values = Saturating.Sum(
            Saturating.Product(graph.ParameterCount, 3 + 2 * Optimizer.StatesOf(optimizer)),
            Saturating.Product(state, 2),
            graph.Inputs[0].Shape.SizeOf(batch),
            graph.Nodes.Max(node => node.Shape.SizeOf(batch)));
        return Saturating.Product(values, sizeof(float));
    }

    /// <exception cref="ProcessorException">
    /// A tensor would have more than <see cref="MostValues"/>, or all together more than <see cref="MostBytes"/>.
    /// </exception>
    /// <param name="graph">What to train.</param>
    /// <param name="optimizer">What moves the parameters.</param>
    /// <param name="batch">The most samples that one pass brings.</param>
    /// <param name="learners">Replicas that compute gradients beside.</param>
    public static void Require(Graph graph, OptimizerSpec optimizer, int batch, int learners = 0)
    {
        foreach (var tensor in graph.Parameters.Concat(graph.State))
        {
            if (tensor.Shape.Size > MostValues)
            {
                throw new ProcessorException(
                    $"{tensor.Name} of {tensor.Shape} would be {Count(tensor.Shape.Size)} values, and a tensor has at most {MostValues}; "
                        + "choose a smaller model.");
            }
        }

        foreach (var node in graph.Nodes)
        {
            if (node.Shape.SizeOf(batch) > MostValues)
            {
                throw new ProcessorException(
                    $"{node.Id} gives {node.Shape} for each of {batch} samples, which would be {Count(node.Shape.SizeOf(batch))} values, "
                        + $"and a tensor has at most {MostValues}; choose a smaller batch or model.");
            }
        }

        var replica = BytesOf(graph, new SgdSpec(), batch);
        if (Saturating.Sum(BytesOf(graph, optimizer, batch), Saturating.Product(replica, learners)) is var bytes and > MostBytes)
        {
            var beside = learners == 0 ? "" : $" and {learners} learners";
            throw new ProcessorException(
                $"Training this model of {Count(graph.ParameterCount)} parameters with batches of {batch}{beside} takes at least {GiB(bytes)} of "
                    + $"memory, and no more than {GiB(MostBytes)} can be had; choose a smaller batch or model.");
        }
    }

    private static string Count(long count) => count == long.MaxValue ? $"more than {count}" : $"{count}";

    private static string GiB(long bytes) => (bytes / (double)(1L << 30)).ToString("0.#", CultureInfo.InvariantCulture) + " GiB";
}
