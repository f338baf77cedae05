using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DurableTrainer.Storage.Folder;

/// <summary>
/// What durable files need of the operating system and .NET does not offer: folders that can be flushed and locked, and links.
/// </summary>
internal static class Unix
{
    public const int NotPermitted = 1, Interrupted = 4, Exists = 17, InvalidArgument = 22;

    private const int Exclusive = 2;

    private static readonly int CloseOnExecute = OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    /// <summary>Opens a folder for reading; child processes do not inherit it, since a lock would go with it.</summary>
    public static SafeFileHandle OpenFolder(string path)
    {
        while (true)
        {
            var handle = Open(path, CloseOnExecute);
            if (!handle.IsInvalid)
                return handle;
            var error = Marshal.GetLastPInvokeError();
            handle.Dispose();
            if (error != Interrupted)
                throw Failure(error, path);
        }
    }

    /// <summary>Makes the names in a folder durable. Where a file system cannot, it is trusted to do without.</summary>
    public static void Flush(SafeFileHandle folder, string path)
    {
        var error = Retried(() => Synchronize(folder));
        if (error is not (0 or InvalidArgument))
            throw Failure(error, path);
    }

    /// <summary>Waits for the lock of a folder; closing the handle gives it back.</summary>
    /// <returns>False where the file system has no such locks.</returns>
    public static bool Lock(SafeFileHandle folder) => Retried(() => FileLock(folder, Exclusive)) == 0;

    /// <returns>0, or the error's number.</returns>
    public static int Link(string source, string target) => Retried(() => HardLink(source, target));

    /// <summary>An exception as .NET raises it: the error's number as its HResult.</summary>
    public static IOException Failure(int error, string path) => new($"{Marshal.GetPInvokeErrorMessage(error)}: '{path}'", error);

    private static int Retried(Func<int> call)
    {
        while (true)
        {
            if (call() == 0)
                return 0;
            var error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
                return error;
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern SafeFileHandle Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Synchronize(SafeFileHandle handle);

    [DllImport("libc", EntryPoint = "flock", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FileLock(SafeFileHandle handle, int operation);

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int HardLink(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string source, [MarshalAs(UnmanagedType.LPUTF8Str)] string target);
}
