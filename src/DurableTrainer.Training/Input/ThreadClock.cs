using System.Buffers.Text;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DurableTrainer.Training.Input;

/// <summary>What a thread has used and missed of the processors. It is read by the thread that made it.</summary>
internal sealed partial class ThreadClock : IDisposable
{
    private const string Source = "/proc/thread-self/schedstat";
    private const int ThreadCpuTime = 3;

    private readonly SafeFileHandle? source = File.Exists(Source) ? File.OpenHandle(Source) : null;

    /// <summary>Processor time of this thread; null where the system does not tell.</summary>
    public static TimeSpan? CpuTime =>
        OperatingSystem.IsLinux() && Environment.Is64BitProcess && GetTime(ThreadCpuTime, out var time) == 0
            ? TimeSpan.FromTicks(time.Seconds * TimeSpan.TicksPerSecond + time.Nanoseconds / TimeSpan.NanosecondsPerTick)
            : null;

    /// <summary>Time in which this thread could have run, and others did; zero where the system does not tell.</summary>
    public TimeSpan Delay
    {
        get
        {
            // Nanoseconds that it ran, nanoseconds that it waited for a processor, and how often it ran.
            Span<byte> line = stackalloc byte[64];
            if (source is null)
                return TimeSpan.Zero;
            ReadOnlySpan<byte> text = line[..RandomAccess.Read(source, line, 0)];
            var second = text[(text.IndexOf((byte)' ') + 1)..];
            return Utf8Parser.TryParse(second, out long nanoseconds, out _) ? TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick) : TimeSpan.Zero;
        }
    }

    public void Dispose() => source?.Dispose();

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
