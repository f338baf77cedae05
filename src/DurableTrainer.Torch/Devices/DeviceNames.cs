using System.Globalization;
using DurableTrainer.Training.Processors;
using TorchSharp;

namespace DurableTrainer.Torch.Devices;

/// <summary>Finds devices by the names that torch has for them.</summary>
internal static class DeviceNames
{
    private const string Cuda = "cuda";

    /// <exception cref="ProcessorException">It is no name of a device, or this machine has none of that name.</exception>
    public static torch.Device Require(string name)
    {
        RequireLibrary();
        if (name == "cpu")
            return torch.CPU;
        if (IndexIn(name) is not { } index)
        {
            throw new ProcessorException(
                $"\"{name}\" is no device; choose \"cpu\", \"cuda\" or, for another than the first GPU, \"cuda:1\" and so on.");
        }

        if (!torch.cuda.is_available())
        {
            throw new ProcessorException(
                $"This machine has no CUDA device that torch can use, so there is no \"{name}\"; it takes an NVIDIA GPU, its driver and "
                    + "the package libtorch-cuda. Choose \"cpu\" to do without.");
        }

        var count = torch.cuda.device_count();
        if (index >= count)
        {
            throw new ProcessorException(
                $"There is no \"{name}\": this machine has {count} CUDA devices, the last of which is \"cuda:{count - 1}\".");
        }

        return new torch.Device(DeviceType.CUDA, index);
    }

    private static int? IndexIn(string name) =>
        name == Cuda ? 0
        : name.StartsWith(Cuda + ":", StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(Cuda.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index
        : null;

    private static void RequireLibrary()
    {
        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
        }
        catch (Exception exception) when (exception is NotSupportedException or DllNotFoundException or TypeInitializationException)
        {
            throw new ProcessorException(
                "Torch's native library cannot be loaded; the program has to bring the package libtorch-cpu-linux-x64 or "
                    + "libtorch-cuda-12.8-linux-x64, version 2.10.0, and the system a C++ library with GLIBCXX_3.4.32, as Debian 13 and Ubuntu 24.04 do.");
        }
    }
}
