using DurableTrainer.Training.Cpu.Planning;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Cpu;

/// <summary>A graph compiled for a batch. One thread at a time uses it; what the spans show changes with the next pass.</summary>
public sealed class CpuExecutable
{
    private readonly WayBack wayBack;
    private readonly CpuValue input;
    private readonly CpuValue output;
    private readonly CpuOperation[] forward;
    private readonly CpuOperation[] backward;
    private Pass pass;

    internal CpuExecutable(
        Graph graph, int batch, WayBack wayBack, CpuValue input, CpuValue output, IReadOnlyList<Step[]> groups, IReadOnlyList<BackStep> back, long bytes)
    {
        Graph = graph;
        Batch = batch;
        Bytes = bytes;
        forward = [.. groups.Select(group => group[0].Operation!)];
        backward = [.. back.Select(step => step.Operation)];
        ForwardNodes = [.. groups.Select(group => group.Select(step => step.Node).OfType<Node>().ToArray())];
        BackwardNodes = [.. back.Select(step => step.Step?.Node is { } node ? new[] { node } : [])];
        this.wayBack = wayBack;
        this.input = input;
        this.output = output;
    }

    public Graph Graph { get; }

    /// <summary>The most samples that one pass brings.</summary>
    public int Batch { get; }

    /// <summary>Memory of values, gradients and what operations work with; parameters have their own.</summary>
    public long Bytes { get; }

    /// <summary>Where the samples of the next pass go: <c>[batch, …sample shape]</c>, row-major.</summary>
    public Span<float> Input => input.Data.Span;

    /// <summary>What the last pass gave: <c>[count, …output shape]</c>.</summary>
    public ReadOnlySpan<float> Output => output.Data.Span[..(pass.Count * output.Size)];

    /// <summary>Where the gradient of the loss with respect to <see cref="Output"/> goes before a way back, which overwrites it.</summary>
    /// <exception cref="InvalidOperationException">The executable has no way back.</exception>
    public Span<float> OutputGradient => (output.Gradient ?? throw new InvalidOperationException(
        wayBack == WayBack.None ? "This executable was compiled for inference." : "Nothing in this graph learns."))
        .Span[..(pass.Count * output.Size)];

    /// <summary>What the last way back gave for <see cref="Input"/>; empty unless compiled for it.</summary>
    public ReadOnlySpan<float> InputGradient => input.Gradient is null ? [] : input.Gradient.Span[..(pass.Count * input.Size)];

    /// <exception cref="ArgumentOutOfRangeException">The pass brings no sample, or more than <see cref="Batch"/>.</exception>
    /// <exception cref="InvalidOperationException">The pass is for training, and the executable for inference.</exception>
    public void Forward(in Pass pass)
    {
        Begin(pass);
        foreach (var operation in forward)
            operation.Forward(pass);
    }

    /// <summary>Begins a pass whose operations are run one by one: all forward in their order, then all of a way back.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The pass brings no sample, or more than <see cref="Batch"/>.</exception>
    /// <exception cref="InvalidOperationException">The pass is for training, and the executable for inference.</exception>
    internal void Begin(in Pass pass)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pass.Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pass.Count, Batch);
        if (pass.Training)
            Require(wayBack == WayBack.None ? WayBack.Whole : wayBack);
        this.pass = pass;
    }

    /// <summary>The nodes of each operation of the way forward, several where one does the work of those behind it.</summary>
    internal IReadOnlyList<IReadOnlyList<Node>> ForwardNodes { get; }

    /// <summary>The node of each operation of the ways back; none for what the plan itself inserts.</summary>
    internal IReadOnlyList<IReadOnlyList<Node>> BackwardNodes { get; }

    internal void ForwardOne(int operation) => forward[operation].Forward(pass);

    internal void BackwardInputsOne(int operation) => backward[operation].BackwardInputs(pass);

    internal void BackwardWeightsOne(int operation) => backward[operation].BackwardWeights(pass);

    /// <summary>Whether anything is learned from the output's gradient, here or before.</summary>
    internal bool HasWayBack => output.Gradient is not null;

    /// <summary>From <see cref="OutputGradient"/> to the gradient of every value before it.</summary>
    /// <exception cref="InvalidOperationException">The executable was not compiled with the two ways back apart.</exception>
    public void BackwardInputs()
    {
        Require(WayBack.Apart);
        foreach (var operation in backward)
            operation.BackwardInputs(pass);
    }

    /// <summary>The gradients of all parameters, from those of the values; <see cref="BackwardInputs"/> comes first.</summary>
    /// <exception cref="InvalidOperationException">The executable was not compiled with the two ways back apart.</exception>
    public void BackwardWeights()
    {
        Require(WayBack.Apart);
        foreach (var operation in backward)
            operation.BackwardWeights(pass);
    }

    /// <summary>From <see cref="OutputGradient"/> to all gradients.</summary>
    /// <exception cref="InvalidOperationException">The executable was compiled for inference.</exception>
    public void Backward()
    {
        if (wayBack == WayBack.Apart)
        {
            BackwardInputs();
            BackwardWeights();
            return;
        }

        Require(WayBack.Whole);
        foreach (var operation in backward)
        {
            operation.BackwardInputs(pass);
            operation.BackwardWeights(pass);
        }
    }

    private void Require(WayBack wanted)
    {
        if (wayBack != wanted)
            throw new InvalidOperationException($"This executable was compiled with WayBack.{wayBack}, not WayBack.{wanted}.");
    }
}
