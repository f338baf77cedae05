using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Tests.Golden;

/// <summary>Models of all kinds of layers against PyTorch: what make_layer_golden.py wrote. A model may have a target for each place.</summary>
public class LayerGoldenTests
{
    private static readonly SgdSpec Momentum = new() { LearningRate = 0.05, Momentum = 0.9 };
    private static readonly AdamWSpec Adam = new() { LearningRate = 0.01 };

    [Fact]
    public void A_perceptron_of_three_layers_goes_where_PyTorch_goes() => GoldenModel.Agree(
        "mlp", [49],
        [new LinearLayer { Units = 24 }, new ReluLayer(), new LinearLayer { Units = 16 }, new ReluLayer(), new LinearLayer { Units = 10 }],
        Momentum);

    [Fact]
    public void A_convolutional_model_with_biases_goes_where_PyTorch_goes() => GoldenModel.Agree(
        "cnn", [1, 12, 12],
        [
            new Conv2dLayer { Filters = 6, Kernel = 3, Padding = 1 }, new ReluLayer(), new MaxPool2dLayer { Size = 2 },
            new Conv2dLayer { Filters = 8, Kernel = 3, Padding = 1 }, new ReluLayer(), new MaxPool2dLayer { Size = 2 },
            new FlattenLayer(), new LinearLayer { Units = 16 }, new ReluLayer(), new LinearLayer { Units = 10 },
        ],
        Momentum);

    [Fact]
    public void A_model_of_small_digits_goes_where_PyTorch_goes() => GoldenModel.Agree(
        "digits", [1, 8, 8],
        [
            new Conv2dLayer { Filters = 8, Kernel = 3, Padding = 1, Bias = false }, new BatchNormLayer(), new ReluLayer(),
            new Conv2dLayer { Filters = 12, Kernel = 3, Padding = 1, Bias = false }, new BatchNormLayer(), new ReluLayer(),
            new MaxPool2dLayer { Size = 2 }, new FlattenLayer(), new LinearLayer { Units = 16 }, new ReluLayer(), new LinearLayer { Units = 10 },
        ],
        new AdamWSpec { Epsilon = 1e-6 });

    [Fact]
    public void A_causal_transformer_with_a_target_for_each_place_goes_where_PyTorch_goes() => GoldenModel.Agree(
        "transformer", [13],
        [
            new EmbeddingLayer { Vocabulary = 16, Width = 16 }, new PositionEmbeddingLayer(),
            new RepeatLayer
            {
                Times = 2,
                Layers =
                [
                    new ResidualLayer { Layers = [new LayerNormLayer(), new AttentionLayer { Heads = 4, Causal = true }] },
                    new ResidualLayer { Layers = [new LayerNormLayer(), new LinearLayer { Units = 64 }, new GeluLayer(), new LinearLayer { Units = 16 }] },
                ],
            },
            new LayerNormLayer(), new LinearLayer { Units = 16 },
        ],
        new AdamWSpec { Epsilon = 1e-4 });

    [Fact]
    public void Layer_norms_go_where_PyTorch_goes() => GoldenModel.Agree(
        "layer-norm", [9],
        [new LinearLayer { Units = 21 }, new LayerNormLayer { Epsilon = 1e-3 }, new TanhLayer(), new LayerNormLayer(), new LinearLayer { Units = 10 }],
        Adam);

    [Fact]
    public void Group_norms_of_images_and_of_features_go_where_PyTorch_goes() => GoldenModel.Agree(
        "group-norm", [2, 5, 6],
        [
            new Conv2dLayer { Filters = 12, Kernel = 3 }, new GroupNormLayer { Groups = 3 }, new SiluLayer(), new GlobalAveragePool2dLayer(),
            new GroupNormLayer { Groups = 2, Epsilon = 1e-3 }, new LinearLayer { Units = 10 },
        ],
        Momentum);

    [Fact]
    public void A_softmax_goes_where_PyTorch_goes() =>
        GoldenModel.Agree("softmax", [7], [new LinearLayer { Units = 19 }, new SoftmaxLayer(), new LinearLayer { Units = 10 }], Adam);

    [Fact]
    public void Features_that_become_an_image_go_where_PyTorch_goes() => GoldenModel.Agree(
        "reshape", [18],
        [
            new LinearLayer { Units = 24 }, new ReshapeLayer { Shape = [2, 3, -1] }, new Conv2dLayer { Filters = 5, Kernel = 2 }, new ReluLayer(),
            new FlattenLayer(), new LinearLayer { Units = 10 },
        ],
        Momentum);

    [Theory]
    [InlineData("attention-full", false)]
    [InlineData("attention-causal", true)]
    public void Attention_to_embeddings_goes_where_PyTorch_goes(string name, bool causal) => GoldenModel.Agree(
        name, [11],
        [
            new EmbeddingLayer { Vocabulary = 9, Width = 12 }, new PositionEmbeddingLayer(), new AttentionLayer { Heads = 3, Causal = causal },
            new FlattenLayer(), new LinearLayer { Units = 10 },
        ],
        Momentum);

    [Fact]
    public void The_last_state_of_a_recurrent_layer_goes_where_PyTorch_goes() =>
        GoldenModel.Agree("gru-last", [7, 5], [new GruLayer { Units = 17 }, new LinearLayer { Units = 10 }], Adam);

    [Fact]
    public void All_states_of_a_recurrent_layer_go_where_PyTorch_goes() => GoldenModel.Agree(
        "gru-sequence", [8],
        [new EmbeddingLayer { Vocabulary = 9, Width = 6 }, new GruLayer { Units = 13, Sequence = true }, new LinearLayer { Units = 9 }],
        new SgdSpec { LearningRate = 0.1, Momentum = 0.9 });
}
