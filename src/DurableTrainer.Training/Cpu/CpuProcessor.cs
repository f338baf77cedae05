using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Cpu;

/// <summary>A thread group of this machine. What it computes does not depend on the number of threads.</summary>
public sealed class CpuProcessor(int threads = 1) : IDisposable
{
    private readonly ThreadTeam team = new(threads);

    /// <summary>For what belongs to training but to no graph.</summary>
    internal ThreadTeam Team => team;

    /// <summary>Plans buffers and kernels, so that a pass allocates nothing.</summary>
    /// <param name="graph">What to compute.</param>
    /// <param name="tensors">The graph's parameters and state; they may change between passes.</param>
    /// <param name="batch">The most samples that one pass brings.</param>
    /// <param name="inputGradient">Whether the way back goes on to the graph's input.</param>
    /// <exception cref="ProcessorException">The graph is too large for this processor.</exception>
    public CpuExecutable Compile(Graph graph, ModelTensors tensors, int batch, bool inputGradient = false) =>
        new CpuPlanner(graph, tensors, team, batch, inputGradient).Plan();

    public void Dispose() => team.Dispose();
}
