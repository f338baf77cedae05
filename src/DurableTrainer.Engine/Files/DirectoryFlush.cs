using System.Runtime.InteropServices;

namespace DurableTrainer.Engine.Files;

/// <summary>
/// Makes the names in a directory durable. A file's own flush does not cover its entry in the directory: after a power cut a file that
/// was created, renamed or deleted may be there under its old name, or not at all. .NET opens no directories, hence the C library.
/// On Windows there is nothing to do: NTFS journals names itself.
/// </summary>
internal static partial class DirectoryFlush
{
    private const int ReadOnly = 0;

    /// <exception cref="IOException">The directory cannot be opened or flushed.</exception>
    public static void Flush(string directory)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Open(directory, ReadOnly);
        if (descriptor < 0)
            throw Failed("open", directory);
        try
        {
            if (FlushDescriptor(descriptor) != 0)
                throw Failed("flush", directory);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failed(string what, string directory)
    {
        var error = Marshal.GetLastPInvokeError();
        return new($"Could not {what} the directory '{directory}': {Marshal.GetPInvokeErrorMessage(error)}.", error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FlushDescriptor(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
