using System.Runtime.InteropServices;

namespace DurableTrainer.Bench.Data;

/// <summary>
/// The processor time of the calling thread, as a clock: it stands still while the thread waits, rests, or has no processor because a
/// neighbour has it. Units of one thread that are measured by it are measured as if each had a processor for itself;
/// what the other threads of a larger unit do is not in it.
/// </summary>
internal sealed partial class ThreadProcessorTime : TimeProvider
{
    private const int ThreadClock = 3;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <exception cref="BenchException">The system has no such clock.</exception>
    public ThreadProcessorTime()
    {
        if (!OperatingSystem.IsLinux())
            throw new BenchException("Units are measured by the processor time of their threads, which is read from Linux.");
    }

    public override long TimestampFrequency => NanosecondsPerSecond;

    public override long GetTimestamp()
    {
        if (ReadClock(ThreadClock, out var time) != 0)
            throw new BenchException("The processor time of a thread cannot be read.");
        return time.Seconds * NanosecondsPerSecond + time.Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ReadClock(int clock, out Timespec time);

    /// <summary>As on 64-bit systems.</summary>
    private readonly record struct Timespec(long Seconds, long Nanoseconds);
}
