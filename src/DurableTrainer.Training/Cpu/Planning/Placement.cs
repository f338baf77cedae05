using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Cpu.Planning;

/// <summary>What an operation of a plan reads and writes.</summary>
internal sealed record Placement
{
    /// <summary>The operation; null for what the plan itself inserts.</summary>
    public Node? Node { get; init; }

    public required CpuValue[] Inputs { get; init; }

    public required CpuValue Output { get; init; }

    /// <summary>Where the operation writes its share of each input's gradient; null where none is wanted.</summary>
    public TensorBuffer?[] InputGradients { get; init; } = [];

    public required ModelTensors Tensors { get; init; }

    public required ThreadTeam Team { get; init; }

    /// <summary>Which kernels do the matrix products.</summary>
    public required KernelPath Path { get; init; }

    /// <summary>The most samples that one pass brings.</summary>
    public required int Batch { get; init; }

    public CpuValue Input => Inputs[0];

    public TensorBuffer X => Inputs[0].Data;

    public TensorBuffer Y => Output.Data;

    /// <summary>Null where nothing before it learns.</summary>
    public TensorBuffer? InputGradient => InputGradients[0];

    public TensorBuffer OutputGradient => Output.Gradient ?? throw new InvalidOperationException($"{Node?.Id} has no way back.");

    /// <summary>Memory that holds nothing from one call of the operation to the next; other operations use it in between.</summary>
    public TensorBuffer Scratch(long length) => Add(ScratchBuffers, length);

    /// <summary>Memory that holds what the way forward leaves for the ways back.</summary>
    public TensorBuffer Saved(long length) => Add(SavedBuffers, length);

    public List<TensorBuffer> ScratchBuffers { get; } = [];

    public List<TensorBuffer> SavedBuffers { get; } = [];

    public ModelTensor Parameter(string name) => Tensors[$"{Node!.Id}.{name}"];

    private static TensorBuffer Add(List<TensorBuffer> buffers, long length)
    {
        var buffer = TensorBuffer.Unplaced(length);
        buffers.Add(buffer);
        return buffer;
    }
}
