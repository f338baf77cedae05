using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Cpu;

/// <summary>Which registers the matrix products work in.</summary>
public enum KernelPath
{
    /// <summary>128 bits, on machines of any kind.</summary>
    Portable,

    /// <summary>256 bits with fused multiply-adds.</summary>
    Avx2,

    /// <summary>512 bits.</summary>
    Avx512,
}

internal static class KernelPaths
{
    /// <summary>The fastest that this machine has; it has all below it too.</summary>
    public static KernelPath Fastest { get; } =
        Vector512.IsHardwareAccelerated && Avx512F.IsSupported ? KernelPath.Avx512
        : Avx2.IsSupported && Fma.IsSupported ? KernelPath.Avx2
        : KernelPath.Portable;

    /// <exception cref="ProcessorException">This machine does not have it.</exception>
    public static KernelPath Require(KernelPath? path)
    {
        if (path > Fastest)
        {
            var has = string.Join(", ", Enum.GetValues<KernelPath>().Where(one => one <= Fastest));
            throw new ProcessorException($"This machine has no kernels for {path}; it has {has}.");
        }

        return path ?? Fastest;
    }
}
