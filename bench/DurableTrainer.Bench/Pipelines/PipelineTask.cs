using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;

namespace DurableTrainer.Bench.Pipelines;

/// <summary>Equal convolutions on made-up images: much to compute for few weights, so that two trials find room in a cache.</summary>
/// <param name="Dataset">The samples.</param>
/// <param name="Split">Of which as many are trained on as make whole batches.</param>
/// <param name="Spec">All but how it is spread.</param>
internal sealed record PipelineTask(Dataset Dataset, DataSplit Split, TrainingSpec Spec)
{
    /// <summary>Samples of a micro-batch: as many whatever their number, so that what a unit does at a time stays the same.</summary>
    public const int MicroBatch = 16;

    public const int StepsOfEpoch = 40;

    /// <summary>A convolution and the function behind it.</summary>
    public const int NodesOfConvolution = 2;

    /// <summary>For two stages that take equally long: the very first one has few channels, and takes next to nothing.</summary>
    public const int HalfOfConvolutions = Layers / 2 + 1;

    private const int Validation = 16;

    private const int Filters = 32, Size = 16, Layers = 16;

    public static PipelineTask Create(int microBatches)
    {
        var batch = MicroBatch * microBatches;
        var data = new SyntheticDataSpec { Samples = batch * StepsOfEpoch + Validation, Shape = [4, Size, Size], Split = new SplitSpec { Validation = 0.01, Test = 0 } };
        var dataset = DatasetReader.Read(data, AppContext.BaseDirectory);
        IEnumerable<LayerSpec> convolutions = Enumerable.Range(0, Layers + 1).SelectMany(_ =>
            new LayerSpec[] { new Conv2dLayer { Filters = Filters, Kernel = 3, Padding = 1 }, new ReluLayer() });
        var spec = new TrainingSpec
        {
            Data = data,
            Model = new ModelSpec { Layers = [.. convolutions, new GlobalAveragePool2dLayer(), new LinearLayer { Units = 10 }] },
            Loss = new CrossEntropySpec(),
            Optimizer = new SgdSpec { LearningRate = 0.01, Momentum = 0.9 },
            BatchSize = batch,
            Epochs = 1_000_000,
        };
        int[] samples = [.. Enumerable.Range(0, dataset.Count)];
        return new PipelineTask(dataset, new DataSplit(samples[..(batch * StepsOfEpoch)], samples[^Validation..], []), spec);
    }
}
