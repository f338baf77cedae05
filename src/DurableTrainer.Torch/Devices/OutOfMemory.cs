using System.Runtime.InteropServices;
using TorchSharp;

namespace DurableTrainer.Torch.Devices;

/// <summary>Tells from torch's errors when memory ran out, for which it has no type that reaches .NET.</summary>
internal static class OutOfMemory
{
    // Of its allocators for GPUs and for the CPU, and of cuBLAS and cuDNN.
    private static readonly string[] Signs = ["out of memory", "can't allocate memory", "ALLOC_FAILED"];

    public static bool IsSaidBy(ExternalException error) => Signs.Any(sign => error.Message.Contains(sign, StringComparison.Ordinal));

    /// <param name="device">Whose memory it was.</param>
    /// <returns>With a sentence for the user.</returns>
    public static InsufficientMemoryException On(torch.Device device)
    {
        var (where, who) = device.type == DeviceType.CUDA ? ($"memory of {device}", "the GPU") : ("memory", "the worker");
        return new($"{where} ran out: this point needs more than {who} can get; limits.memory keeps such points from being tried");
    }
}
