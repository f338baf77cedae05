using DurableTrainer.Training.Graphs;
using TorchSharp;

namespace DurableTrainer.Torch;

/// <summary>What samples and outputs go through on their way between this process's memory and a device's.</summary>
internal sealed class SampleBuffers : IDisposable
{
    private readonly float[] input, output;
    private readonly torch.Tensor inputTensor, outputTensor;
    private readonly int outputSize;
    private int count;

    /// <param name="graph">The model.</param>
    /// <param name="batch">The most samples that one pass brings.</param>
    public SampleBuffers(Graph graph, int batch)
    {
        Shape sample = graph.Inputs[0].Shape, result = graph.ShapeOf(graph.Outputs[0]);
        Batch = batch;
        outputSize = (int)result.Size;
        (input, output) = (new float[batch * sample.Size], new float[batch * result.Size]);
        inputTensor = Over(input, sample);
        outputTensor = Over(output, result);
    }

    public int Batch { get; }

    public Span<float> Input => input;

    public ReadOnlySpan<float> Output => output.AsSpan(0, count * outputSize);

    /// <summary>The first samples of the input, on a device.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none to be brought, or more than <see cref="Batch"/>.</exception>
    public torch.Tensor Samples(int samples, torch.Device device)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(samples);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samples, Batch);
        count = samples;
        return inputTensor.narrow(0, 0, samples).to(device);
    }

    /// <summary>Brings what a model gave for these samples into the output.</summary>
    public void Take(torch.Tensor outputs) => outputTensor.narrow(0, 0, count).copy_(outputs.detach());

    public void Dispose()
    {
        inputTensor.Dispose();
        outputTensor.Dispose();
    }

    /// <summary>A tensor in the memory of an array.</summary>
    private torch.Tensor Over(float[] values, Shape shape)
    {
        long[] sizes = [Batch, .. shape.Select(size => (long)size)];
        using var flat = torch.frombuffer(values, torch.float32);
        return flat.view(sizes).DetachFromDisposeScope();
    }
}
