using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Torch.Tests;

/// <summary>One model on both processors, from the same values.</summary>
internal sealed class Twins : IDisposable
{
    private readonly CpuProcessor cpuProcessor = new();
    private readonly IProcessor torchProcessor;
    private readonly int targets;

    public Twins(Graph graph, LossSpec loss, OptimizerSpec optimizer, int batch, int targets = 1, Precision precision = Precision.Float32)
    {
        torchProcessor = new TorchProcessorFactory(new TorchOptions { Device = "cpu", Precision = precision }).Create(threads: 1);
        this.targets = targets;
        Cpu = cpuProcessor.Compile(graph, loss, optimizer, batch, samples: 1000);
        Torch = torchProcessor.Compile(graph, loss, optimizer, batch, samples: 1000);
        var random = new ModelTensors(graph);
        random.Initialize(seed: 5, trial: 0);
        foreach (var model in (ICompiledModel[])[Cpu, Torch])
        {
            foreach (var tensor in model.Parameters.Concat(model.State))
                tensor.Write(random[tensor.Name].Values);
        }
    }

    public ICompiledModel Cpu { get; }

    public ICompiledModel Torch { get; }

    /// <summary>Brings the same samples through a pass of both.</summary>
    /// <returns>The sums of the losses.</returns>
    public static (double Cpu, double Torch) Forward(
        IModelPass cpu, IModelPass torch, in Pass pass, ReadOnlySpan<float> samples, ReadOnlySpan<float> wanted)
    {
        samples.CopyTo(cpu.Input);
        samples.CopyTo(torch.Input);
        return (cpu.Forward(pass, wanted), torch.Forward(pass, wanted));
    }

    /// <summary>Trains both for some steps on random samples.</summary>
    /// <param name="steps">How many.</param>
    /// <param name="target">Target i of all targets.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="tolerance">By which losses may differ.</param>
    public void Train(int steps, Func<int, float> target, double rate, double tolerance)
    {
        var size = Cpu.Step.Input.Length / Cpu.Step.Batch;
        for (var step = 1; step <= steps; step++)
        {
            // Every third batch is not a full one.
            var count = step % 3 == 0 ? Cpu.Step.Batch - 1 : Cpu.Step.Batch;
            float[] wanted = [.. Enumerable.Range(step, count * targets).Select(target)];
            var samples = Agreement.Numbers($"x {step}", count * size);
            var (ours, theirs) = Forward(Cpu.Step, Torch.Step, new Pass(count, Training: true, Seed: 1, Step: step), samples, wanted);
            Assert.True(Math.Abs(ours - theirs) <= tolerance * Math.Max(1, ours), $"Step {step}: the loss is {theirs}, not {ours}.");
            Agreement.Check($"output of step {step}", Cpu.Step.Output, Torch.Step.Output, tolerance);
            var (norm, other) = (Cpu.Step.Backward(), Torch.Step.Backward());
            Assert.Equal(norm is null, other is null);
            if (norm is { } expected)
                Assert.Equal(expected, other!.Value, tolerance * Math.Max(1, expected));
            Cpu.Step.Move(step, rate);
            Torch.Step.Move(step, rate);
        }
    }

    /// <summary>That parameters, state and what the optimizers carry are the same.</summary>
    public void Agree(double tolerance)
    {
        var ours = Cpu.Parameters.Concat(Cpu.State).Concat(Cpu.OptimizerState);
        var theirs = Torch.Parameters.Concat(Torch.State).Concat(Torch.OptimizerState);
        Assert.Equal(ours.Select(tensor => (tensor.Name, tensor.Shape)), theirs.Select(tensor => (tensor.Name, tensor.Shape)));
        foreach (var (expected, actual) in ours.Zip(theirs))
            Agreement.Check(expected.Name, Values(expected), Values(actual), tolerance);
    }

    public void Dispose()
    {
        cpuProcessor.Dispose();
        torchProcessor.Dispose();
    }

    private static float[] Values(IModelTensor tensor)
    {
        var values = new float[tensor.Shape.Size];
        tensor.CopyTo(values);
        return values;
    }
}
