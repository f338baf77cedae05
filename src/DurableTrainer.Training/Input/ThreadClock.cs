using System.Runtime.InteropServices;

namespace DurableTrainer.Training.Input;

/// <summary>What a thread has used of the processors.</summary>
internal static partial class ThreadClock
{
    private const int ThreadCpuTime = 3;

    /// <summary>Processor time of this thread; null where the system does not tell.</summary>
    public static TimeSpan? CpuTime =>
        OperatingSystem.IsLinux() && Environment.Is64BitProcess && GetTime(ThreadCpuTime, out var time) == 0
            ? TimeSpan.FromTicks(time.Seconds * TimeSpan.TicksPerSecond + time.Nanoseconds / TimeSpan.NanosecondsPerTick)
            : null;

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
