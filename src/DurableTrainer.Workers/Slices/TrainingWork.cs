using DurableTrainer.Training.Data;
using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Workers.Slices;

/// <summary>What training takes, counted rather than measured: the same on every machine and in every run.</summary>
public static class TrainingWork
{
    /// <summary>Passes over data in training cost three times the way forward: forward, and backward for inputs and for weights.</summary>
    private const long TrainingFactor = 3;

    /// <summary>Floating-point operations of an epoch: training on the training samples, and a look at the validation samples.</summary>
    public static double FlopsOfEpoch(Graph graph, DataSplit split) =>
        (double)graph.Cost.Flops * (TrainingFactor * split.Train.Length + split.Validation.Length);
}
