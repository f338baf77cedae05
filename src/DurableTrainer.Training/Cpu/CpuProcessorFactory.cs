using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Cpu;

/// <summary>Makes thread groups of this machine.</summary>
public sealed class CpuProcessorFactory : IProcessorFactory
{
    public long? PeakMemoryBytes => null;

    public bool ShareBatches => true;

    public IProcessor Create(int threads) => new CpuProcessor(threads);
}
