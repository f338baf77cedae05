using System.Runtime.InteropServices;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;
using TorchSharp;

namespace DurableTrainer.Torch;

/// <summary>A tensor of 32-bit floats on a processor's device, zeros at first.</summary>
internal sealed class TorchTensor : IModelTensor, IDisposable
{
    /// <summary>Values that are copied in one piece: torch shows no more bytes at a time than an <see cref="int"/> counts.</summary>
    private const int Piece = 1 << 24;

    private readonly TorchProcessor processor;

    /// <param name="processor">On whose device it lies.</param>
    /// <param name="name">Its path.</param>
    /// <param name="shape">Its sizes.</param>
    /// <param name="learns">Whether it has a gradient.</param>
    /// <exception cref="OutOfMemoryException">The device has not that much memory left.</exception>
    public TorchTensor(TorchProcessor processor, string name, Shape shape, bool learns)
    {
        (this.processor, Name, Shape) = (processor, name, shape);
        long[] sizes = [.. shape.Select(size => (long)size)];
        Tensor = processor.Run(
            () => torch.zeros(sizes, torch.float32, processor.Device, requires_grad: learns).DetachFromDisposeScope());
    }

    public string Name { get; }

    public Shape Shape { get; }

    public torch.Tensor Tensor { get; }

    public void CopyTo(Span<float> values)
    {
        for (var start = 0; start < Shape.Size; start += Piece)
        {
            var first = start;
            using var part = processor.Run(() => PartFrom(first).cpu().contiguous().DetachFromDisposeScope());
            Floats(part).CopyTo(values[start..]);
        }
    }

    public void Write(ReadOnlySpan<float> values)
    {
        if (values.Length != Shape.Size)
            throw new ArgumentException($"{Name} has {Shape.Size} values, not {values.Length}.", nameof(values));
        for (var start = 0; start < values.Length; start += Piece)
        {
            var first = start;
            using var part = HostTensor(values.Slice(start, Math.Min(Piece, values.Length - start)));
            processor.Run(() => PartFrom(first).copy_(part));
        }
    }

    public void Dispose() => Tensor.Dispose();

    /// <summary>A copy in this process's memory.</summary>
    public static torch.Tensor HostTensor(ReadOnlySpan<float> values)
    {
        var tensor = torch.empty(values.Length, torch.float32, torch.CPU).DetachFromDisposeScope();
        values.CopyTo(Floats(tensor));
        return tensor;
    }

    /// <summary>The values of a tensor in this process's memory.</summary>
    private static Span<float> Floats(torch.Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    /// <summary>A piece of it, in the same memory.</summary>
    private torch.Tensor PartFrom(int start)
    {
        var values = Tensor.detach().view(-1);
        return values.narrow(0, start, Math.Min(Piece, Shape.Size - start));
    }
}
