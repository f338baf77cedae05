using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Cpu;

/// <summary>The values of a graph's parameters and state in the processor's memory, in the order of the graph.</summary>
public sealed class ModelTensors
{
    private readonly Dictionary<string, ModelTensor> byName;

    public ModelTensors(Graph graph)
    {
        Parameters = [.. graph.Parameters.Select(declaration => new ModelTensor(declaration, hasGradient: true))];
        State = [.. graph.State.Select(declaration => new ModelTensor(declaration, hasGradient: false))];
        byName = Parameters.Concat(State).ToDictionary(tensor => tensor.Name);
    }

    /// <summary>What the optimizer changes.</summary>
    public IReadOnlyList<ModelTensor> Parameters { get; }

    /// <summary>What operations carry from step to step.</summary>
    public IReadOnlyList<ModelTensor> State { get; }

    /// <exception cref="KeyNotFoundException">The graph has no such parameter or state.</exception>
    public ModelTensor this[string name] => byName[name];

    /// <summary>Gives each tensor the values it starts with, which depend on the seed, the trial and its name alone.</summary>
    public void Initialize(long seed, int trial)
    {
        foreach (var tensor in byName.Values)
        {
            tensor.Declaration.Fill(tensor.Buffer.Span, seed, trial);
            tensor.Changed();
        }
    }
}

/// <summary>One parameter or state tensor, with its gradient when it has one.</summary>
public sealed class ModelTensor : IModelTensor
{
    private readonly TensorBuffer? gradient;
    private readonly Dictionary<string, PackedCopy> copies = [];

    internal ModelTensor(ParameterDeclaration declaration, bool hasGradient)
    {
        Declaration = declaration;
        Buffer = new TensorBuffer(declaration.Shape.Size);
        gradient = hasGradient ? new TensorBuffer(declaration.Shape.Size) : null;
    }

    public string Name => Declaration.Name;

    public Shape Shape => Declaration.Shape;

    /// <summary>Row-major.</summary>
    public ReadOnlySpan<float> Values => Buffer.Span;

    /// <summary>Of the loss, from the last way back; empty for state.</summary>
    public ReadOnlySpan<float> Gradient => gradient is null ? [] : gradient.Span;

    internal ParameterDeclaration Declaration { get; }

    internal TensorBuffer Buffer { get; }

    internal TensorBuffer GradientBuffer => gradient ?? throw new InvalidOperationException($"{Name} has no gradient.");

    /// <summary>Counts the changes of the values.</summary>
    internal int Version { get; private set; } = 1;

    public void CopyTo(Span<float> values) => Values.CopyTo(values);

    public void Write(ReadOnlySpan<float> values)
    {
        if (values.Length != Buffer.Length)
            throw new ArgumentException($"{Name} has {Buffer.Length} values, not {values.Length}.", nameof(values));
        values.CopyTo(Buffer.Span);
        Changed();
    }

    internal void Changed() => Version++;

    /// <summary>The values packed for some purpose, by whoever asks for it first.</summary>
    internal PackedCopy CopyFor(string purpose, Func<PackedMatrix[]> make)
    {
        if (!copies.TryGetValue(purpose, out var copy))
            copies.Add(purpose, copy = new PackedCopy(make()));
        return copy;
    }
}

/// <summary>The gradient of a parameter, under the parameter's name.</summary>
internal sealed class GradientTensor(ModelTensor parameter) : IModelTensor
{
    public string Name => parameter.Name;

    public Shape Shape => parameter.Shape;

    public void CopyTo(Span<float> values) => parameter.Gradient.CopyTo(values);

    public void Write(ReadOnlySpan<float> values)
    {
        var buffer = parameter.GradientBuffer;
        if (values.Length != buffer.Length)
            throw new ArgumentException($"The gradient of {Name} has {buffer.Length} values, not {values.Length}.", nameof(values));
        values.CopyTo(buffer.Span);
    }
}
