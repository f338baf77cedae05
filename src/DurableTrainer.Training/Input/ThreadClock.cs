using System.Runtime.InteropServices;

namespace DurableTrainer.Training.Input;

/// <summary>What a thread has used of the processors.</summary>
internal static partial class ThreadClock
{
    private const int ThreadCpuTime = 3;
    private const int ThreadUsage = 1;

    /// <summary>The numbers of <c>struct rusage</c>, and the place of its voluntary context switches.</summary>
    private const int UsageNumbers = 18, Blocks = 16;

    /// <summary>Processor time of this thread; null where the system does not tell.</summary>
    public static TimeSpan? CpuTime =>
        OperatingSystem.IsLinux() && Environment.Is64BitProcess && GetTime(ThreadCpuTime, out var time) == 0
            ? TimeSpan.FromTicks(time.Seconds * TimeSpan.TicksPerSecond + time.Nanoseconds / TimeSpan.NanosecondsPerTick)
            : null;

    /// <summary>How often this thread gave its processor away because it had to wait for something; null where the system does not tell.</summary>
    public static long? TimesBlocked
    {
        get
        {
            if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
                return null;
            Span<long> usage = stackalloc long[UsageNumbers];
            return GetUsage(ThreadUsage, ref MemoryMarshal.GetReference(usage)) == 0 ? usage[Blocks] : null;
        }
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetUsage(int who, ref long usage);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetTime(int clock, out SystemTime time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct SystemTime
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
