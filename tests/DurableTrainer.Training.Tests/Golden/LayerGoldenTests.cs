using System.Text.Json;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Losses;
using DurableTrainer.Training.Optimizers;

namespace DurableTrainer.Training.Tests.Golden;

/// <summary>Models of all kinds of layers against PyTorch: what make_layer_golden.py wrote. A model may have a target for each place.</summary>
public class LayerGoldenTests
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);
    private static readonly SgdSpec Momentum = new() { LearningRate = 0.05, Momentum = 0.9 };
    private static readonly AdamWSpec Adam = new() { LearningRate = 0.01 };

    [Fact]
    public void A_perceptron_of_three_layers_goes_where_PyTorch_goes() => Agree(
        "mlp", [49],
        [new LinearLayer { Units = 24 }, new ReluLayer(), new LinearLayer { Units = 16 }, new ReluLayer(), new LinearLayer { Units = 10 }],
        Momentum);

    [Fact]
    public void A_convolutional_model_with_biases_goes_where_PyTorch_goes() => Agree(
        "cnn", [1, 12, 12],
        [
            new Conv2dLayer { Filters = 6, Kernel = 3, Padding = 1 }, new ReluLayer(), new MaxPool2dLayer { Size = 2 },
            new Conv2dLayer { Filters = 8, Kernel = 3, Padding = 1 }, new ReluLayer(), new MaxPool2dLayer { Size = 2 },
            new FlattenLayer(), new LinearLayer { Units = 16 }, new ReluLayer(), new LinearLayer { Units = 10 },
        ],
        Momentum);

    [Fact]
    public void A_model_of_small_digits_goes_where_PyTorch_goes() => Agree(
        "digits", [1, 8, 8],
        [
            new Conv2dLayer { Filters = 8, Kernel = 3, Padding = 1, Bias = false }, new BatchNormLayer(), new ReluLayer(),
            new Conv2dLayer { Filters = 12, Kernel = 3, Padding = 1, Bias = false }, new BatchNormLayer(), new ReluLayer(),
            new MaxPool2dLayer { Size = 2 }, new FlattenLayer(), new LinearLayer { Units = 16 }, new ReluLayer(), new LinearLayer { Units = 10 },
        ],
        new AdamWSpec { Epsilon = 1e-6 });

    [Fact]
    public void A_causal_transformer_with_a_target_for_each_place_goes_where_PyTorch_goes() => Agree(
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
    public void Layer_norms_go_where_PyTorch_goes() => Agree(
        "layer-norm", [9],
        [new LinearLayer { Units = 21 }, new LayerNormLayer { Epsilon = 1e-3 }, new TanhLayer(), new LayerNormLayer(), new LinearLayer { Units = 10 }],
        Adam);

    [Fact]
    public void Group_norms_of_images_and_of_features_go_where_PyTorch_goes() => Agree(
        "group-norm", [2, 5, 6],
        [
            new Conv2dLayer { Filters = 12, Kernel = 3 }, new GroupNormLayer { Groups = 3 }, new SiluLayer(), new GlobalAveragePool2dLayer(),
            new GroupNormLayer { Groups = 2, Epsilon = 1e-3 }, new LinearLayer { Units = 10 },
        ],
        Momentum);

    [Fact]
    public void A_softmax_goes_where_PyTorch_goes() =>
        Agree("softmax", [7], [new LinearLayer { Units = 19 }, new SoftmaxLayer(), new LinearLayer { Units = 10 }], Adam);

    [Fact]
    public void Features_that_become_an_image_go_where_PyTorch_goes() => Agree(
        "reshape", [18],
        [
            new LinearLayer { Units = 24 }, new ReshapeLayer { Shape = [2, 3, -1] }, new Conv2dLayer { Filters = 5, Kernel = 2 }, new ReluLayer(),
            new FlattenLayer(), new LinearLayer { Units = 10 },
        ],
        Momentum);

    [Theory]
    [InlineData("attention-full", false)]
    [InlineData("attention-causal", true)]
    public void Attention_to_embeddings_goes_where_PyTorch_goes(string name, bool causal) => Agree(
        name, [11],
        [
            new EmbeddingLayer { Vocabulary = 9, Width = 12 }, new PositionEmbeddingLayer(), new AttentionLayer { Heads = 3, Causal = causal },
            new FlattenLayer(), new LinearLayer { Units = 10 },
        ],
        Momentum);

    [Fact]
    public void The_last_state_of_a_recurrent_layer_goes_where_PyTorch_goes() =>
        Agree("gru-last", [7, 5], [new GruLayer { Units = 17 }, new LinearLayer { Units = 10 }], Adam);

    [Fact]
    public void All_states_of_a_recurrent_layer_go_where_PyTorch_goes() => Agree(
        "gru-sequence", [8],
        [new EmbeddingLayer { Vocabulary = 9, Width = 6 }, new GruLayer { Units = 13, Sequence = true }, new LinearLayer { Units = 9 }],
        new SgdSpec { LearningRate = 0.1, Momentum = 0.9 });

    private static void Agree(string name, int[] sampleShape, LayerSpec[] layers, OptimizerSpec optimizerSpec)
    {
        var golden = JsonSerializer.Deserialize<GoldenValues>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", name + ".json")), Options)!;
        var graph = GraphBuilder.Build(new ModelSpec { Layers = layers }, sampleShape);
        using var processor = new CpuProcessor();
        var tensors = new ModelTensors(graph);
        ModelTensor[] all = [.. tensors.Parameters, .. tensors.State];
        Assert.Equal(golden.Initial.Keys.Order(), all.Select(tensor => tensor.Name).Order());
        foreach (var tensor in all)
            tensor.Write(golden.Initial[tensor.Name]);
        var executable = processor.Compile(graph, tensors, golden.Batch);
        var optimizer = Optimizer.Of(optimizerSpec, tensors);
        var loss = Loss.Of(new CrossEntropySpec());

        var size = (int)graph.Inputs[0].Shape.Size;
        var samples = golden.Inputs.Length / size;
        var targetSize = golden.Targets.Length / samples;
        var start = 0;
        for (var step = 1; step <= golden.Losses.Length; step++)
        {
            var count = Math.Min(golden.Batch, samples - start);
            golden.Inputs.AsSpan(start * size, count * size).CopyTo(executable.Input);
            executable.Forward(new Pass(count, Training: true));
            var targets = golden.Targets.AsSpan(start * targetSize, count * targetSize);
            var value = loss.Sum(executable.Output, targets, executable.OutputGradient) / targets.Length;
            Assert.True(Math.Abs(value - golden.Losses[step - 1]) <= 1e-4, $"Step {step}: loss {value}, not {golden.Losses[step - 1]}.");
            executable.Backward();
            optimizer.Step(step, optimizerSpec.LearningRate);
            start = start + golden.Batch >= samples ? 0 : start + golden.Batch;
        }

        foreach (var tensor in all)
        {
            var worst = tensor.Values.ToArray().Zip(golden.Final[tensor.Name], (ours, theirs) => Math.Abs(ours - theirs)).Max();
            Assert.True(worst <= 1e-4, $"{tensor.Name} is off by {worst}.");
        }
    }

    private sealed record GoldenValues(
        int Batch, float[] Inputs, float[] Targets, Dictionary<string, float[]> Initial, double[] Losses, Dictionary<string, float[]> Final);
}
