using System.Runtime.InteropServices;

namespace DurableTrainer.GpuWorker.Nvml;

/// <summary>
/// The functions of NVIDIA's management library that are used here, by the names and layouts of its API reference (NVML API Reference Guide,
/// "Initialization and Cleanup" and "Device Queries"). The library comes with the driver, which a container is given by its platform.
/// </summary>
internal static partial class NvmlLibrary
{
    private const string Library = "libnvidia-ml.so.1";

    /// <summary>The library counts how often it is initialised; it is left so until the process ends.</summary>
    [LibraryImport(Library, EntryPoint = "nvmlInit_v2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Initialize();

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetHandleByIndex_v2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int FindByIndex(uint index, out nint device);

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetHandleByUUID", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int FindByUuid(string uuid, out nint device);

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetUtilizationRates")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int ReadUtilization(nint device, out Utilization utilization);

    /// <summary><c>nvmlUtilization_t</c>: shares of the last sample period, in percent.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Utilization
    {
        /// <summary>Of the time in which a kernel ran.</summary>
        public uint Gpu;

        /// <summary>Of the time in which memory was read or written.</summary>
        public uint Memory;
    }
}
