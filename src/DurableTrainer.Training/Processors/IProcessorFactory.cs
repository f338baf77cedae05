namespace DurableTrainer.Training.Processors;

/// <summary>Makes processors of one kind, such as those of one device.</summary>
public interface IProcessorFactory
{
    /// <summary>Bytes of the device's own memory that were in use at most; null where models lie in the memory of this process.</summary>
    long? PeakMemoryBytes { get; }

    /// <summary>Whether its processors can share a batch, with what layers measure over all of it.</summary>
    bool ShareBatches { get; }

    /// <param name="threads">How many threads of this machine compute, the caller's included.</param>
    IProcessor Create(int threads);
}
