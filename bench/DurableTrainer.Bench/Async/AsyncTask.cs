using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;

namespace DurableTrainer.Bench.Async;

/// <summary>What is trained.</summary>
/// <param name="Name">As it is printed.</param>
/// <param name="Dataset">The samples.</param>
/// <param name="Spec">All but how learners work.</param>
internal sealed record AsyncTask(string Name, Dataset Dataset, TrainingSpec Spec)
{
    private const int Inputs = 32;
    private const int Samples = 2000;

    public static IReadOnlyList<AsyncTask> All { get; } = [Regression(), Digits()];

    public DataSplit SplitOf(int seed) => DataSplit.Of(Dataset.Count, Spec.Data.Split, seed);

    public long UpdatesOf(DataSplit split) => (long)Spec.Epochs * ((split.Train.Length + Spec.BatchSize - 1) / Spec.BatchSize);

    /// <summary>The same learners on next to no model: how stale updates are follows from durations alone.</summary>
    public AsyncTask Hollow() => this with
    {
        Spec = Spec with
        {
            Model = new ModelSpec { Layers = [new FlattenLayer(), new LinearLayer { Units = Spec.Loss is CrossEntropySpec ? 10 : 1 }] },
            Optimizer = new SgdSpec { LearningRate = 1e-9 },
        },
    };

    /// <summary>
    /// A linear function of independent normal inputs with noise of variance 1, so that 1 is the least loss there is. The gradients of small
    /// batches follow the noise, and so do the parameters, the more the larger single updates are.
    /// </summary>
    private static AsyncTask Regression()
    {
        var random = new KeyedRandom(1, "regression");
        double[] weights = [.. Enumerable.Range(0, Inputs).Select(_ => random.NextGaussian())];
        var (inputs, targets) = (new float[Samples * Inputs], new float[Samples]);
        for (var sample = 0; sample < Samples; sample++)
        {
            var target = random.NextGaussian();
            for (var i = 0; i < Inputs; i++)
            {
                var input = random.NextGaussian();
                inputs[sample * Inputs + i] = (float)input;
                target += weights[i] * input;
            }

            targets[sample] = (float)target;
        }

        return new AsyncTask("regression", new Dataset([Inputs], inputs, targets, ""), new TrainingSpec
        {
            Data = new CsvDataSpec { Path = "regression", Split = new SplitSpec { Validation = 0.3 } },
            Model = new ModelSpec { Layers = [new LinearLayer { Units = 1 }] },
            Loss = new MeanSquaredErrorSpec(),
            Optimizer = new SgdSpec { LearningRate = 0.08 },
            BatchSize = 4,
            Epochs = 4,
        });
    }

    /// <summary>Handwritten digits and a small network with momentum, near the largest rate at which it still learns.</summary>
    private static AsyncTask Digits()
    {
        var data = new CsvDataSpec
        {
            Path = "optdigits.csv.gz",
            Shape = [1, 8, 8],
            Scale = 0.0625,
            Split = new SplitSpec { Validation = 0.3 },
        };
        return new AsyncTask("digits", DatasetReader.Read(data, AppContext.BaseDirectory), new TrainingSpec
        {
            Data = data,
            Model = new ModelSpec { Layers = [new FlattenLayer(), new LinearLayer { Units = 32 }, new ReluLayer(), new LinearLayer { Units = 10 }] },
            Loss = new CrossEntropySpec(),
            Optimizer = new SgdSpec { LearningRate = 0.3, Momentum = 0.5 },
            BatchSize = 8,
            Epochs = 6,
        });
    }
}
