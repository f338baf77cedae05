using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DurableTrainer.Bench.Measuring;

/// <summary>What figures are figures of.</summary>
internal static class Machine
{
    private const string ProcessorFacts = "/proc/cpuinfo";

    public static string Processor =>
        (File.Exists(ProcessorFacts) ? File.ReadLines(ProcessorFacts) : [])
            .Where(line => line.StartsWith("model name", StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())
            .FirstOrDefault(RuntimeInformation.ProcessArchitecture.ToString());

    public static int Processors => Environment.ProcessorCount;

    public static string Runtime => RuntimeInformation.FrameworkDescription;

    /// <summary>Bits of the widest vectors that kernels use here.</summary>
    public static int VectorBits =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
}
