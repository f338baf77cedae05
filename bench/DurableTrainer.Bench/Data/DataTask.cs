using DurableTrainer.Bench.Train;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;

namespace DurableTrainer.Bench.Data;

/// <summary>The workload digits-cnn on the handwritten digits, in whole batches.</summary>
/// <param name="Dataset">The samples.</param>
/// <param name="Split">Of which as many are trained on as make whole batches.</param>
/// <param name="Spec">All but the units.</param>
internal sealed record DataTask(Dataset Dataset, DataSplit Split, TrainingSpec Spec)
{
    public const int Batch = 512;

    /// <param name="hasBatchNorm">Whether the layers that measure batches are in.</param>
    /// <param name="optimizer">That of the workload when null.</param>
    public static DataTask Create(bool hasBatchNorm = true, OptimizerSpec? optimizer = null)
    {
        var data = new CsvDataSpec
        {
            Path = "optdigits.csv.gz",
            Shape = [1, 8, 8],
            Scale = 0.0625,
            Split = new SplitSpec { Validation = 0.05, Test = 0.05 },
        };
        var dataset = DatasetReader.Read(data, AppContext.BaseDirectory);
        var split = DataSplit.Of(dataset.Count, data.Split, seed: 1);
        var workload = Workload.Named("digits-cnn");
        var spec = new TrainingSpec
        {
            Data = data,
            Model = new ModelSpec { Layers = [.. workload.Layers.Where(layer => hasBatchNorm || layer is not BatchNormLayer)] },
            Loss = Workload.Loss,
            Optimizer = optimizer ?? workload.Optimizer,
            BatchSize = Batch,
            Epochs = 1000,
        };
        return new DataTask(dataset, split with { Train = split.Train[..(split.Train.Length / Batch * Batch)] }, spec);
    }
}
