using System.Globalization;

namespace DurableTrainer.GpuWorker.Nvml;

/// <summary>A GPU of this machine.</summary>
internal sealed class NvmlDevice : INvmlDevice
{
    private readonly nint handle;

    private NvmlDevice(nint handle) => this.handle = handle;

    /// <param name="ordinal">Its number as CUDA counts, which sees only what <paramref name="visible"/> names, in that order.</param>
    /// <param name="visible">The variable <c>CUDA_VISIBLE_DEVICES</c>: numbers or ids, with commas; all when null.</param>
    /// <exception cref="NvmlException">There is no such library or device.</exception>
    public static NvmlDevice Open(int ordinal, string? visible)
    {
        try
        {
            Check(NvmlLibrary.Initialize(), "start");
            var name = NameOf(ordinal, visible);
            Check(
                uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                    ? NvmlLibrary.FindByIndex(index, out var handle)
                    : NvmlLibrary.FindByUuid(name, out handle),
                $"find device {name}");
            return new NvmlDevice(handle);
        }
        catch (DllNotFoundException exception)
        {
            throw new NvmlException("The management library of NVIDIA's driver (libnvidia-ml.so.1) is not on this machine: give the container a GPU.", exception);
        }
    }

    public int ReadUtilization()
    {
        Check(NvmlLibrary.ReadUtilization(handle, out var utilization), "read the utilization");
        return (int)utilization.Gpu;
    }

    /// <exception cref="NvmlException">The variable names no such device.</exception>
    internal static string NameOf(int ordinal, string? visible)
    {
        if (string.IsNullOrWhiteSpace(visible))
            return ordinal.ToString(CultureInfo.InvariantCulture);
        var names = visible.Split(',', StringSplitOptions.TrimEntries);
        return ordinal < names.Length
            ? names[ordinal]
            : throw new NvmlException($"CUDA_VISIBLE_DEVICES is '{visible}' and names no device {ordinal}.");
    }

    private static void Check(int status, string what)
    {
        if (status != 0)
            throw new NvmlException($"The management library of NVIDIA's driver cannot {what} (status {status} of nvmlReturn_t).");
    }
}
