using DurableTrainer.Torch.Devices;
using DurableTrainer.Training.Processors;
using TorchSharp;

namespace DurableTrainer.Torch;

/// <summary>Makes processors of one device that compute with torch.</summary>
public sealed class TorchProcessorFactory : IProcessorFactory
{
    private readonly torch.Device device;
    private readonly Precision precision;
    private readonly MemoryGauge? memory;

    /// <param name="options">Which device, and how exactly it computes. That goes for the whole process.</param>
    /// <exception cref="ProcessorException">This machine has no such device, or the device cannot compute so.</exception>
    public TorchProcessorFactory(TorchOptions options)
    {
        device = DeviceNames.Require(options.Device);
        precision = options.Precision;
        if (device.type != DeviceType.CUDA)
            return;
        var driver = new CudaDriver(device.index);
        if (precision == Precision.BFloat16)
            driver.RequireBFloat16();
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = precision == Precision.BFloat16;
        memory = new MemoryGauge(driver.UsedBytes);
    }

    /// <summary>
    /// What the GPU had in use at most, in bytes, beyond what it had in use before: torch keeps what a model gave back for the next one,
    /// so it is that of all that was trained since the factory was made.
    /// </summary>
    public long? PeakMemoryBytes => memory?.PeakBytes;

    /// <summary>What torch normalises, it measures over the samples of one pass.</summary>
    public bool ShareBatches => false;

    public IProcessor Create(int threads) => new TorchProcessor(device, precision, threads);
}
