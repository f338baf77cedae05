namespace DurableTrainer.GpuWorker.Nvml;

/// <summary>One GPU, as NVIDIA's management library sees it.</summary>
internal interface INvmlDevice
{
    /// <summary>The share of the last moments in which a kernel ran, in percent.</summary>
    /// <exception cref="NvmlException">The driver does not tell.</exception>
    int ReadUtilization();
}
