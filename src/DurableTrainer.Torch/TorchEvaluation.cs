using DurableTrainer.Core.Training;
using DurableTrainer.Training.Processors;
using TorchSharp;

namespace DurableTrainer.Torch;

/// <summary>A model with its loss, without a way back.</summary>
internal sealed class TorchEvaluation(TorchProcessor processor, TorchGraph graph, LossSpec loss, int batch) : IModelPass, IDisposable
{
    private readonly SampleBuffers buffers = new(graph.Graph, batch);

    public int Batch => buffers.Batch;

    public Span<float> Input => buffers.Input;

    public ReadOnlySpan<float> Output => buffers.Output;

    public double Forward(in Pass pass, ReadOnlySpan<float> targets)
    {
        var way = pass;
        using var wanted = TorchTensor.HostTensor(targets);
        return processor.Run(() =>
        {
            using var forwardOnly = torch.no_grad();
            var outputs = graph.Forward(buffers.Samples(way.Count, processor.Device), way);
            buffers.Take(outputs);
            return TorchLosses.Sum(loss, outputs, wanted.to(processor.Device)).item<double>();
        });
    }

    public void Dispose() => buffers.Dispose();
}
