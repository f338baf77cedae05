using System.Text.Json;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Losses;
using DurableTrainer.Training.Optimizers;

namespace DurableTrainer.Training.Tests.Golden;

/// <summary>Whole models against PyTorch: what make_golden.py wrote.</summary>
public class GoldenTests
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    [Fact]
    public void A_perceptron_under_Nesterov_momentum_with_decay_goes_where_PyTorch_goes() => Agree(
        "perceptron",
        [10],
        [
            new LinearLayer { Units = 16 }, new ReluLayer(), new LinearLayer { Units = 12 }, new SiluLayer(),
            new LinearLayer { Units = 9 }, new SigmoidLayer(), new LinearLayer { Units = 5 },
        ],
        new CrossEntropySpec(),
        new SgdSpec { LearningRate = 0.1, Momentum = 0.9, Nesterov = true, WeightDecay = 0.01 });

    [Fact]
    public void A_convolutional_model_under_AdamW_goes_where_PyTorch_goes() => Agree(
        "convolutional",
        [2, 8, 7],
        [
            new Conv2dLayer { Filters = 8, Kernel = 3, Padding = 1, Bias = false }, new BatchNormLayer(), new ReluLayer(), new MaxPool2dLayer { Size = 2 },
            new Conv2dLayer { Filters = 12, Kernel = 3, Stride = 2, Padding = 1, Groups = 2, Bias = false }, new BatchNormLayer(), new SiluLayer(),
            new AveragePool2dLayer { Size = 2, Stride = 1, Padding = 1 }, new Conv2dLayer { Filters = 10, Kernel = 2 },
            new GlobalAveragePool2dLayer(), new LinearLayer { Units = 4 },
        ],
        new CrossEntropySpec(),
        new AdamWSpec { LearningRate = 0.01, Beta1 = 0.85, Beta2 = 0.99, Epsilon = 1e-7, WeightDecay = 0.05 });

    [Fact]
    public void Repeated_residual_layers_under_AdamW_go_where_PyTorch_goes() => Agree(
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
        new MeanSquaredErrorSpec(),
        new AdamWSpec { LearningRate = 0.005 });

    private static void Agree(string name, int[] sampleShape, LayerSpec[] layers, LossSpec lossSpec, OptimizerSpec optimizerSpec)
    {
        var golden = JsonSerializer.Deserialize<GoldenValues>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", name + ".json")), Options)!;
        var graph = GraphBuilder.Build(new ModelSpec { Layers = layers }, sampleShape, lossSpec);
        using var processor = new CpuProcessor();
        var tensors = new ModelTensors(graph);
        ModelTensor[] all = [.. tensors.Parameters, .. tensors.State];
        Assert.Equal(golden.Initial.Keys.Order(), all.Select(tensor => tensor.Name).Order());
        foreach (var tensor in all)
            tensor.Write(golden.Initial[tensor.Name]);
        var executable = processor.Compile(graph, tensors, golden.Batch);
        var optimizer = Optimizer.Of(optimizerSpec, tensors);
        var loss = Loss.Of(lossSpec);

        var size = golden.Inputs.Length / golden.Targets.Length;
        var start = 0;
        for (var step = 1; step <= golden.Losses.Length; step++)
        {
            var count = Math.Min(golden.Batch, golden.Targets.Length - start);
            golden.Inputs.AsSpan(start * size, count * size).CopyTo(executable.Input);
            executable.Forward(new Pass(count, Training: true));
            var value = loss.Sum(executable.Output, golden.Targets.AsSpan(start, count), executable.OutputGradient) / count;
            Assert.True(Math.Abs(value - golden.Losses[step - 1]) <= 1e-4, $"Step {step}: loss {value}, not {golden.Losses[step - 1]}.");
            executable.Backward();
            optimizer.Step(step, optimizerSpec.LearningRate);
            start = start + golden.Batch >= golden.Targets.Length ? 0 : start + golden.Batch;
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
