using System.Runtime.InteropServices;
using DurableTrainer.Core.Training;
using DurableTrainer.Torch.Devices;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;
using TorchSharp;

namespace DurableTrainer.Torch;

/// <summary>
/// A GPU, or threads of this machine, that torch computes on. What it computes agrees with the CPU processor's up to rounding, which on
/// the CPU may depend on the number of threads, and on a GPU on the order in which its threads happen to add.
/// </summary>
internal sealed class TorchProcessor : IProcessor
{
    /// <summary>Torch counts threads for each thread that calls it.</summary>
    [ThreadStatic]
    private static int threadsOfCaller;

    private readonly List<TorchModel> models = [];

    public TorchProcessor(torch.Device device, Precision precision, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        (Device, Precision, Threads) = (device, precision, threads);
    }

    public torch.Device Device { get; }

    public Precision Precision { get; }

    public int Threads { get; }

    public ICompiledModel Compile(Graph graph, LossSpec loss, OptimizerSpec optimizer, int batch, int samples)
    {
        var model = new TorchModel(this, graph, loss, optimizer, batch, samples);
        models.Add(model);
        return model;
    }

    /// <summary>Calls torch, with this processor's threads. Tensors that are made meanwhile end with it unless they are detached.</summary>
    /// <exception cref="InsufficientMemoryException">Memory ran out.</exception>
    public T Run<T>(Func<T> work)
    {
        if (threadsOfCaller != Threads)
            torch.set_num_threads(threadsOfCaller = Threads);
        try
        {
            using var scope = torch.NewDisposeScope();
            return work();
        }
        catch (ExternalException error) when (OutOfMemory.IsSaidBy(error))
        {
            throw OutOfMemory.On(Device);
        }
    }

    public void Dispose()
    {
        models.ForEach(model => model.Dispose());
        models.Clear();
    }
}
