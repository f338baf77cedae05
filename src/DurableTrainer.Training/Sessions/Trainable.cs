using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Input.Augmentation;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Sessions;

/// <summary>What a spec, its model and its data must be like for anything to be trained.</summary>
internal static class Trainable
{
    /// <param name="spec">What to train.</param>
    /// <param name="graph">Its model.</param>
    /// <param name="dataset">The samples.</param>
    /// <param name="split">Which of them to train on and which to validate with.</param>
    /// <exception cref="ProcessorException">A batch is empty, or nothing learns.</exception>
    /// <exception cref="DataException">
    /// A target is not what the loss wants, none of them counts, or an input is not an index that the model looks up.
    /// </exception>
    public static void Require(TrainingSpec spec, Graph graph, Dataset dataset, DataSplit split)
    {
        if (spec.BatchSize < 1)
            throw new ProcessorException($"/batchSize: a batch wants 1 sample or more, not {spec.BatchSize}.");
        if (graph.ParameterCount == 0)
            throw new ProcessorException("/layers: nothing in this model learns; add a linear or a conv2d layer.");
        dataset.RequireTargets(spec.Loss, graph.ShapeOf(graph.Outputs[0])[^1]);
        var ignored = (spec.Loss as CrossEntropySpec)?.IgnoreIndex;
        dataset.RequireSome(split.Train, "training", ignored);
        dataset.RequireSome(split.Validation, "validation", ignored);
        if (graph.Vocabulary is { } vocabulary)
            dataset.RequireIndices(vocabulary);
        AugmentationFit.Require(spec.Augment, dataset.SampleShape, areIndices: graph.Vocabulary is not null);
    }
}
