using System.Runtime.InteropServices;

namespace DurableTrainer.Training.Parallel.Pipeline.Running;

/// <summary>
/// The rank of threads that have a processor only as long as no other thread wants it, and lose it at once when one does: the class SCHED_IDLE of
/// Linux. A thread that has taken it keeps it to its end, as systems give the usual rank back to nobody who does not own the machine.
/// </summary>
internal static partial class IdlePriority
{
    private const int CallingThread = 0, IdleClass = 5;

    /// <summary>Whether threads can have it here.</summary>
    public static bool IsSupported { get; } = TryOnAnother();

    /// <summary>Takes it for the calling thread.</summary>
    /// <returns>Whether it has it.</returns>
    public static bool TryTake()
    {
        var noRank = 0;
        return OperatingSystem.IsLinux() && SetScheduler(CallingThread, IdleClass, noRank) == 0;
    }

    private static bool TryOnAnother()
    {
        var isTaken = false;
        var thread = new Thread(() => isTaken = TryTake());
        thread.Start();
        thread.Join();
        return isTaken;
    }

    [LibraryImport("libc", EntryPoint = "sched_setscheduler")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetScheduler(int thread, int policy, in int rank);
}
