using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DurableTrainer.Workers.Commands.Processes;

/// <summary>
/// What running a program with all its children needs of Linux and .NET does not offer: sessions, signals, waiting with usage, and
/// taking in orphans.
/// </summary>
internal static class Linux
{
    public const int Kill = 9, Terminate = 15, Continue = 18, Stop = 19;

    private const int CloseOnExecute = 0x80000;
    private const int NoHang = 1;
    private const int ChildSubreaper = 36;
    private const int InterruptedCall = 4;

    // As POSIX_SPAWN_SETSIGDEF, _SETSIGMASK and _SETSID of <spawn.h>.
    private const short SpawnFlags = 0x04 | 0x08 | 0x80;

    // Larger than the opaque structures of every C library.
    private const int Room = 1024;

    /// <summary>Signals that a parent may ignore, which a program would inherit.</summary>
    private static readonly int[] Inherited = [1, 2, 3, 13, 15, 17];

    /// <summary>Makes descendants whose parent ends children of this process, so that they can still be found.</summary>
    public static void AdoptOrphans() => _ = Prctl(ChildSubreaper, 1, 0, 0, 0);

    /// <param name="process">A process; negative for a whole process group.</param>
    /// <param name="signal">What to send. That it has ended already is no error.</param>
    public static void Send(int process, int signal) => _ = SendSignal(process, signal);

    /// <summary>A pipe that programs do not inherit by themselves.</summary>
    public static (SafeFileHandle Reader, SafeFileHandle Writer) Pipe()
    {
        var ends = new int[2];
        if (MakePipe(ends, CloseOnExecute) != 0)
            throw Failure(Marshal.GetLastPInvokeError());
        return (new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true));
    }

    /// <summary>Starts a program as the leader of a session of its own.</summary>
    /// <param name="words">The program's full path, and its arguments.</param>
    /// <param name="environment">All that it gets.</param>
    /// <param name="folder">Where it works.</param>
    /// <param name="input">Its standard input; nothing when null.</param>
    /// <param name="output">Its standard output; what this process has when null.</param>
    /// <param name="error">Its standard error; what this process has when null.</param>
    /// <returns>The process, which is to be waited for.</returns>
    /// <exception cref="IOException">The program cannot be started.</exception>
    public static int Spawn(
        IReadOnlyList<string> words, IEnumerable<KeyValuePair<string, string>> environment, string folder,
        SafeFileHandle? input, SafeFileHandle? output, SafeFileHandle? error)
    {
        using var room = new NativeMemory();
        var (actions, attributes, signals) = (room.Take(Room), room.Take(Room), room.Take(Room));
        Require(ActionsInit(actions));
        Require(AttributesInit(attributes));
        try
        {
            Require(ActionsChangeFolder(actions, room.Text(folder)));
            Require(input is null ? ActionsOpen(actions, 0, room.Text("/dev/null"), 0, 0) : ActionsDuplicate(actions, Number(input), 0));
            if (output is not null)
                Require(ActionsDuplicate(actions, Number(output), 1));
            if (error is not null)
                Require(ActionsDuplicate(actions, Number(error), 2));
            Require(AttributesFlags(attributes, SpawnFlags));
            _ = EmptySet(signals);
            Require(AttributesMask(attributes, signals));
            foreach (var signal in Inherited)
                _ = AddToSet(signals, signal);
            Require(AttributesDefaults(attributes, signals));
            Require(PosixSpawn(
                out var process, room.Text(words[0]), actions, attributes,
                room.Texts(words), room.Texts(environment.Select(pair => $"{pair.Key}={pair.Value}"))));
            return process;
        }
        finally
        {
            _ = ActionsDestroy(actions);
            _ = AttributesDestroy(attributes);
        }
    }

    /// <summary>Waits for the end of a child.</summary>
    /// <param name="process">The child.</param>
    /// <param name="hang">Whether to wait if it still runs.</param>
    /// <returns>How it ended; null while it runs.</returns>
    public static ProcessEnd? Wait(int process, bool hang)
    {
        var usage = new long[Room / sizeof(long)];
        while (true)
        {
            var waited = Wait4(process, out var status, hang ? 0 : NoHang, usage);
            if (waited == process)
                return new ProcessEnd(status, Time(usage[0], usage[1]) + Time(usage[2], usage[3]));
            if (waited == 0)
                return null;
            if (Marshal.GetLastPInvokeError() != InterruptedCall)
                return new ProcessEnd(0, TimeSpan.Zero);
        }
    }

    private static TimeSpan Time(long seconds, long microseconds) => TimeSpan.FromSeconds(seconds) + TimeSpan.FromMicroseconds(microseconds);

    private static int Number(SafeFileHandle handle) => (int)handle.DangerousGetHandle();

    private static void Require(int error)
    {
        if (error != 0)
            throw Failure(error);
    }

    private static IOException Failure(int error) => new(Marshal.GetPInvokeErrorMessage(error), error);

    [DllImport("libc", EntryPoint = "prctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Prctl(int option, nint first, nint second, nint third, nint fourth);

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);

    [DllImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int MakePipe([Out] int[] ends, int flags);

    [DllImport("libc", EntryPoint = "wait4", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Wait4(int process, out int status, int options, [Out] long[] usage);

    [DllImport("libc", EntryPoint = "sigemptyset")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int EmptySet(nint signals);

    [DllImport("libc", EntryPoint = "sigaddset")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int AddToSet(nint signals, int signal);

    [DllImport("libc", EntryPoint = "posix_spawn")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int PosixSpawn(out int process, nint path, nint actions, nint attributes, nint arguments, nint environment);

    [DllImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ActionsInit(nint actions);

    [DllImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ActionsDestroy(nint actions);

    [DllImport("libc", EntryPoint = "posix_spawn_file_actions_addchdir_np")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ActionsChangeFolder(nint actions, nint folder);

    [DllImport("libc", EntryPoint = "posix_spawn_file_actions_addopen")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ActionsOpen(nint actions, int number, nint path, int flags, int mode);

    [DllImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ActionsDuplicate(nint actions, int number, int wanted);

    [DllImport("libc", EntryPoint = "posix_spawnattr_init")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int AttributesInit(nint attributes);

    [DllImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int AttributesDestroy(nint attributes);

    [DllImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int AttributesFlags(nint attributes, short flags);

    [DllImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int AttributesMask(nint attributes, nint signals);

    [DllImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int AttributesDefaults(nint attributes, nint signals);
}
