using System.Runtime.InteropServices;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Torch.Devices;

/// <summary>What only NVIDIA's driver tells of a GPU (CUDA Driver API); on Linux. It counts GPUs as torch does.</summary>
internal sealed class CudaDriver
{
    private const string Library = "libcuda.so.1";

    // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR and _MINOR.
    private const int CapabilityMajor = 75, CapabilityMinor = 76;

    private readonly int index, device;
    private readonly nint context;

    /// <exception cref="ProcessorException">The driver is not there, or does not answer.</exception>
    public CudaDriver(int index)
    {
        this.index = index;
        try
        {
            Require(Initialize(0), "cuInit");
            Require(GetDevice(out device, index), "cuDeviceGet");

            // The context that torch works in too; it stays for the life of the process.
            Require(RetainPrimaryContext(out context, device), "cuDevicePrimaryCtxRetain");
        }
        catch (DllNotFoundException)
        {
            throw new ProcessorException($"NVIDIA's driver library {Library} is not here, without which cuda:{index} cannot be measured.");
        }
    }

    /// <exception cref="ProcessorException">The GPU has no bfloat16.</exception>
    public void RequireBFloat16()
    {
        Require(GetAttribute(out var major, CapabilityMajor, device), "cuDeviceGetAttribute");
        Require(GetAttribute(out var minor, CapabilityMinor, device), "cuDeviceGetAttribute");
        if (major < 8)
        {
            throw new ProcessorException(
                $"cuda:{index} is of compute capability {major}.{minor}, and bfloat16 needs 8.0 or above; choose float32.");
        }
    }

    /// <summary>Bytes of the GPU's memory that are in use, whoever uses them.</summary>
    /// <exception cref="ProcessorException">The driver does not answer.</exception>
    public long UsedBytes()
    {
        Require(PushContext(context), "cuCtxPushCurrent");
        try
        {
            Require(GetMemory(out var free, out var total), "cuMemGetInfo");
            return (long)(total - free);
        }
        finally
        {
            _ = PopContext(out _);
        }
    }

    private static void Require(int result, string function)
    {
        if (result != 0)
            throw new ProcessorException($"NVIDIA's driver answers {function} with error {result}.");
    }

    [DllImport(Library, EntryPoint = "cuInit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Initialize(uint flags);

    [DllImport(Library, EntryPoint = "cuDeviceGet")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetDevice(out int device, int ordinal);

    [DllImport(Library, EntryPoint = "cuDeviceGetAttribute")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetAttribute(out int value, int attribute, int device);

    [DllImport(Library, EntryPoint = "cuDevicePrimaryCtxRetain")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int RetainPrimaryContext(out nint context, int device);

    [DllImport(Library, EntryPoint = "cuCtxPushCurrent_v2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int PushContext(nint context);

    [DllImport(Library, EntryPoint = "cuCtxPopCurrent_v2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int PopContext(out nint context);

    [DllImport(Library, EntryPoint = "cuMemGetInfo_v2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetMemory(out nuint free, out nuint total);
}
