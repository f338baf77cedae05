using DurableTrainer.Core.Training;
using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Processors;

/// <summary>
/// What models are instantiated on: a thread group of this machine, a GPU. To dispose of it ends whatever was compiled on it. One thread
/// at a time uses it and that.
/// </summary>
public interface IProcessor : IDisposable
{
    /// <summary>How many threads of this machine compute, the caller's included.</summary>
    int Threads { get; }

    /// <summary>Makes room for all that training takes. Parameters, state and what the optimizer carries are zeros until written.</summary>
    /// <param name="graph">The model.</param>
    /// <param name="loss">What is minimised.</param>
    /// <param name="optimizer">How the parameters follow the gradients.</param>
    /// <param name="batch">The most samples that one step brings.</param>
    /// <param name="samples">How many samples there are: no pass of an evaluation brings more.</param>
    /// <exception cref="ProcessorException">The model is too large for this processor.</exception>
    /// <exception cref="OutOfMemoryException">It has not that much memory left.</exception>
    ICompiledModel Compile(Graph graph, LossSpec loss, OptimizerSpec optimizer, int batch, int samples);
}
