using DurableTrainer.Core.Training;
using DurableTrainer.Torch.Optimizers;
using DurableTrainer.Training.Processors;
using TorchSharp;

namespace DurableTrainer.Torch;

/// <summary>A model with its loss, the way back, and how its parameters move.</summary>
internal sealed class TorchTrainingStep(
    TorchProcessor processor, TorchGraph graph, LossSpec loss, TorchOptimizer optimizer, double? clipNorm, int batch)
    : ITrainingStep, IDisposable
{
    private readonly SampleBuffers buffers = new(graph.Graph, batch);

    /// <summary>Of the last pass, with all that the way back reads.</summary>
    private torch.Tensor? mean;

    public int Batch => buffers.Batch;

    public Span<float> Input => buffers.Input;

    public ReadOnlySpan<float> Output => buffers.Output;

    public double Forward(in Pass pass, ReadOnlySpan<float> targets)
    {
        var (way, count) = (pass, TorchLosses.CountOf(loss, targets));
        using var wanted = TorchTensor.HostTensor(targets);
        mean?.Dispose();
        mean = null;
        return processor.Run(() =>
        {
            var outputs = graph.Forward(buffers.Samples(way.Count, processor.Device), way);
            buffers.Take(outputs);
            var sum = TorchLosses.Sum(loss, outputs, wanted.to(processor.Device));
            mean = sum.mul(count == 0 ? 0 : 1.0 / count).DetachFromDisposeScope();
            return sum.item<double>();
        });
    }

    public double? Backward() => processor.Run<double?>(() =>
    {
        var last = mean ?? throw new InvalidOperationException("A way back comes after a way forward.");
        optimizer.ForgetGradients();
        last.backward();
        last.Dispose();
        mean = null;
        return clipNorm is { } bound ? optimizer.Clip(bound) : null;
    });

    public double? Clip() => clipNorm is { } bound ? processor.Run<double?>(() => optimizer.Clip(bound)) : null;

    public void Move(long step, double rate) => processor.Run(() =>
    {
        optimizer.Step(step, rate);
        return step;
    });

    public void Dispose()
    {
        mean?.Dispose();
        buffers.Dispose();
    }
}
