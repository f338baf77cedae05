using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Tests.Golden;

/// <summary>Whole models against PyTorch: what make_golden.py wrote.</summary>
public class GoldenTests
{
    [Fact]
    public void A_perceptron_under_Nesterov_momentum_with_decay_goes_where_PyTorch_goes() => GoldenModel.Agree(
        "perceptron",
        [10],
        [
            new LinearLayer { Units = 16 }, new ReluLayer(), new LinearLayer { Units = 12 }, new SiluLayer(),
            new LinearLayer { Units = 9 }, new SigmoidLayer(), new LinearLayer { Units = 5 },
        ],
        new SgdSpec { LearningRate = 0.1, Momentum = 0.9, Nesterov = true, WeightDecay = 0.01 },
        new CrossEntropySpec());

    [Fact]
    public void A_convolutional_model_under_AdamW_goes_where_PyTorch_goes() => GoldenModel.Agree(
        "convolutional",
        [2, 8, 7],
        [
            new Conv2dLayer { Filters = 8, Kernel = 3, Padding = 1, Bias = false }, new BatchNormLayer(), new ReluLayer(), new MaxPool2dLayer { Size = 2 },
            new Conv2dLayer { Filters = 12, Kernel = 3, Stride = 2, Padding = 1, Groups = 2, Bias = false }, new BatchNormLayer(), new SiluLayer(),
            new AveragePool2dLayer { Size = 2, Stride = 1, Padding = 1 }, new Conv2dLayer { Filters = 10, Kernel = 2 },
            new GlobalAveragePool2dLayer(), new LinearLayer { Units = 4 },
        ],
        new AdamWSpec { LearningRate = 0.01, Beta1 = 0.85, Beta2 = 0.99, Epsilon = 1e-7, WeightDecay = 0.05 },
        new CrossEntropySpec());

    [Fact]
    public void Repeated_residual_layers_under_AdamW_go_where_PyTorch_goes() => GoldenModel.Agree(
        "residual",
        [6],
        [
            new LinearLayer { Units = 12 },
            new RepeatLayer
            {
                Times = 2,
                Layers = [new ResidualLayer { Layers = [new LinearLayer { Units = 10 }, new GeluLayer(), new LinearLayer { Units = 12 }] }],
            },
            new TanhLayer(), new BatchNormLayer(), new LinearLayer { Units = 1 },
        ],
        new AdamWSpec { LearningRate = 0.005 },
        new MeanSquaredErrorSpec());
}
