using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Cpu.Planning;

/// <summary>In which order the dimensions of a value lie in memory.</summary>
internal enum Layout
{
    /// <summary>As the shape says, with the batch first.</summary>
    Plain,

    /// <summary>Images as <c>[batch, height, width, channels]</c>, so that a vector holds channels of one place.</summary>
    ChannelsLast,
}

/// <summary>A value on its way through a plan, for a whole batch.</summary>
internal sealed class CpuValue(Shape shape, Layout layout, TensorBuffer data, bool needsGradient)
{
    public Shape Shape { get; } = shape;

    public Layout Layout { get; } = layout;

    /// <summary>Values of one sample.</summary>
    public int Size { get; } = (int)shape.Size;

    public TensorBuffer Data { get; } = data;

    public bool NeedsGradient { get; } = needsGradient;

    /// <summary>What each consumer says the gradient is; their sum is.</summary>
    public List<TensorBuffer> Shares { get; } = [];

    /// <summary>Of the loss; null where none is needed.</summary>
    public TensorBuffer? Gradient { get; set; }
}
