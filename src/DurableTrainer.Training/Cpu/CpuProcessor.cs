using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu.Planning;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Cpu;

/// <summary>A thread group of this machine. What it computes does not depend on the number of threads.</summary>
/// <param name="threads">How many compute, the caller's included.</param>
/// <param name="kernelPath">Which kernels; the fastest that the machine has when null.</param>
/// <exception cref="ProcessorException">The machine does not have those kernels.</exception>
public sealed class CpuProcessor(int threads = 1, KernelPath? kernelPath = null) : IProcessor
{
    // Before the team, whose threads nobody would end if this machine did not have the path.
    private readonly KernelPath path = KernelPaths.Require(kernelPath);
    private readonly ThreadTeam team = new(threads);

    public int Threads => team.Threads;

    /// <summary>For what belongs to training but to no graph.</summary>
    internal ThreadTeam Team => team;

    /// <summary>Plans buffers and kernels, so that a pass allocates nothing.</summary>
    /// <param name="graph">What to compute.</param>
    /// <param name="tensors">The graph's parameters and state; they may change between passes.</param>
    /// <param name="batch">The most samples that one pass brings.</param>
    /// <param name="options">What it is for; training when null.</param>
    /// <exception cref="ProcessorException">The graph is too large for this processor.</exception>
    public CpuExecutable Compile(Graph graph, ModelTensors tensors, int batch, CompileOptions? options = null) =>
        new CpuPlanner(graph, tensors, team, path, batch, options ?? CompileOptions.Training).Plan();

    public ICompiledModel Compile(Graph graph, LossSpec loss, OptimizerSpec optimizer, int batch, int samples) =>
        new CpuModel(this, graph, loss, optimizer, batch, samples);

    public void Dispose() => team.Dispose();
}
