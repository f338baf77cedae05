using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;

namespace DurableTrainer.Training.Tests.Sessions;

/// <summary>The handwritten digits of the examples, and models for them.</summary>
internal static class Digits
{
    public const int Seed = 42;

    public static CsvDataSpec Spec { get; } = new()
    {
        Path = "data/optdigits.csv.gz",
        Shape = [1, 8, 8],
        Scale = 0.0625,
        Split = new SplitSpec { Validation = 0.2, Test = 0.1 },
    };

    public static Dataset Dataset { get; } = DatasetReader.Read(Spec, FindExamples());

    public static DataSplit Split { get; } = DataSplit.Of(Dataset.Count, Spec.Split, Seed);

    public static TrainingSpec Perceptron { get; } = new()
    {
        Data = Spec,
        Model = new ModelSpec { Layers = [new FlattenLayer(), new LinearLayer { Units = 32 }, new ReluLayer(), new LinearLayer { Units = 10 }] },
        Loss = new CrossEntropySpec(),
        Optimizer = new SgdSpec { LearningRate = 0.1, Momentum = 0.9 },
    };

    /// <summary>The digits-cnn workload of the benchmarks.</summary>
    public static TrainingSpec Convolutional { get; } = new()
    {
        Data = Spec,
        Model = new ModelSpec
        {
            Layers =
            [
                new Conv2dLayer { Filters = 32, Kernel = 3, Padding = 1 }, new BatchNormLayer(), new ReluLayer(),
                new Conv2dLayer { Filters = 64, Kernel = 3, Padding = 1 }, new BatchNormLayer(), new ReluLayer(),
                new MaxPool2dLayer { Size = 2 }, new FlattenLayer(),
                new LinearLayer { Units = 128 }, new ReluLayer(), new LinearLayer { Units = 10 },
            ],
        },
        Loss = new CrossEntropySpec(),
        Optimizer = new AdamWSpec { LearningRate = 1e-3 },
        BatchSize = 64,
    };

    private static string FindExamples()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "DurableTrainer.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside a checkout.");
        return Path.Combine(folder.FullName, "examples");
    }
}
