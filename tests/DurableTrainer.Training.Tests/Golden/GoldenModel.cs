using System.Text.Json;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Losses;
using DurableTrainer.Training.Optimizers;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Tests.Golden;

/// <summary>A whole model against PyTorch: what a script beside this file wrote.</summary>
internal static class GoldenModel
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <summary>Trains a model as its file says, and compares every loss and what comes out.</summary>
    /// <param name="name">Of the file.</param>
    /// <param name="sampleShape">Of one sample.</param>
    /// <param name="layers">The model.</param>
    /// <param name="optimizerSpec">What moves it.</param>
    /// <param name="lossSpec">Cross-entropy when null.</param>
    public static void Agree(string name, int[] sampleShape, LayerSpec[] layers, OptimizerSpec optimizerSpec, LossSpec? lossSpec = null)
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
        var loss = Loss.Of(lossSpec ?? new CrossEntropySpec());

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
