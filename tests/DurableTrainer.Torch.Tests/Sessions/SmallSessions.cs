using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Processors;
using DurableTrainer.Training.Sessions;
using DurableTrainer.Training.Tests.Sessions;

namespace DurableTrainer.Torch.Tests.Sessions;

/// <summary>
/// Sessions on few samples, so that an epoch is twenty steps. Where AdamW trains, no bias stands where it makes no difference (before a
/// batch norm, in the keys of attention): its gradient is rounding errors alone, of which AdamW makes steps as long as any,
/// the longer the smaller its ε.
/// </summary>
internal static class SmallSessions
{
    public const int Steps = 20;

    private static readonly LayerSpec[] Attending =
    [
        new EmbeddingLayer { Vocabulary = 6, Width = 16 }, new PositionEmbeddingLayer(),
        new RepeatLayer
        {
            Times = 2,
            Layers =
            [
                new ResidualLayer { Layers = [new LayerNormLayer(), new AttentionLayer { Heads = 4, Causal = true, Bias = false }] },
                new ResidualLayer
                {
                    Layers =
                    [
                        new LayerNormLayer(), new LinearLayer { Units = 32 }, new GeluLayer(), new LinearLayer { Units = 16 },
                        new DropoutLayer { Rate = 0.1 },
                    ],
                },
            ],
        },
        new LayerNormLayer(), new LinearLayer { Units = 6 },
    ];

    private static readonly LayerSpec[] Recurrent =
        [new EmbeddingLayer { Vocabulary = 6, Width = 8 }, new GruLayer { Units = 16, Sequence = true }, new LinearLayer { Units = 6 }];

    /// <summary>By name: an experiment's training, and its samples.</summary>
    public static Dictionary<string, (TrainingSpec Spec, Dataset Data)> All { get; } = new()
    {
        ["mlp"] = (Digits.Perceptron with { BatchSize = 32 }, Digits.Dataset),
        ["mlp with dropout and batch norm"] = (
            Digits.Perceptron with
            {
                Model = new ModelSpec
                {
                    Layers =
                    [
                        new FlattenLayer(), new LinearLayer { Units = 32, Bias = false }, new BatchNormLayer(), new SiluLayer(),
                        new DropoutLayer { Rate = 0.3 }, new LinearLayer { Units = 10 },
                    ],
                },
                Optimizer = new AdamWSpec { LearningRate = 2e-3, ClipNorm = 1, Schedule = new CosineScheduleSpec { WarmUpSteps = 5 } },
                Loss = new CrossEntropySpec { LabelSmoothing = 0.1, TopK = 3 },
                BatchSize = 32,
            },
            Digits.Dataset),
        ["digits-cnn"] = (
            Digits.Convolutional with { Optimizer = new SgdSpec { LearningRate = 0.02, Momentum = 0.9 }, BatchSize = 32 }, Digits.Dataset),
        ["digits-cnn with AdamW"] = (
            Digits.Convolutional with
            {
                Model = new ModelSpec
                {
                    Layers =
                        [.. Digits.Convolutional.Model.Layers.Select(layer => layer is Conv2dLayer conv ? conv with { Bias = false } : layer)],
                },
                Optimizer = new AdamWSpec { LearningRate = 1e-3, Epsilon = 1e-6 },
                BatchSize = 32,
            },
            Digits.Dataset),
        ["transformer"] = (Text(Attending, new AdamWSpec { LearningRate = 1e-3, Schedule = new OneCycleScheduleSpec() }), Tokens()),
        ["gru"] = (Text(Recurrent, new RmsPropSpec { LearningRate = 1e-3 }), Tokens()),
    };

    /// <summary>On torch's CPU device unless told otherwise.</summary>
    public static TrainingSession Torch(
        TrainingSpec spec, Dataset data, int threads = 1, Precision precision = Precision.Float32, int steps = Steps) =>
        New(spec, data, threads, new TorchProcessorFactory(new TorchOptions { Device = "cpu", Precision = precision }), steps);

    public static TrainingSession Cpu(TrainingSpec spec, Dataset data, int steps = Steps) => New(spec, data, 1, null, steps);

    private static TrainingSession New(TrainingSpec spec, Dataset data, int threads, IProcessorFactory? processors, int steps)
    {
        var split = DataSplit.Of(data.Count, new SplitSpec { Validation = 0.2 }, Digits.Seed);
        // The last batch is not a full one.
        split = split with { Train = split.Train[..(steps * spec.BatchSize - 3)] };
        return new TrainingSession(spec, data, split, Digits.Seed, trial: 3, threads, processors: processors);
    }

    private static TrainingSpec Text(LayerSpec[] layers, OptimizerSpec optimizer) => Digits.Perceptron with
    {
        Model = new ModelSpec { Layers = layers },
        Optimizer = optimizer,
        BatchSize = 16,
    };

    /// <summary>Of each of twelve tokens, the target is the one after it, which it mostly determines.</summary>
    private static Dataset Tokens()
    {
        var random = new KeyedRandom(7, "tokens");
        var (inputs, targets) = (new float[450 * 12], new float[450 * 12]);
        for (var i = 0; i < inputs.Length; i++)
        {
            inputs[i] = i > 0 && i % 12 > 0 ? targets[i - 1] : random.NextInt32(6);
            targets[i] = random.NextInt32(4) == 0 ? random.NextInt32(6) : ((int)inputs[i] * 5 + 1) % 6;
        }

        return new Dataset([12], inputs, targets, "", targetSize: 12);
    }
}
