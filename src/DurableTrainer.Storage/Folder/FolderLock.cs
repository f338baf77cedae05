using Microsoft.Win32.SafeHandles;

namespace DurableTrainer.Storage.Folder;

/// <summary>
/// The right to change the files of one folder, among all tasks and processes of the machine. It is a lock on the folder itself
/// (<c>flock</c>), so it leaves no file behind and ends with its process.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private readonly SafeFileHandle? folder;

    private FolderLock(SafeFileHandle? folder, bool isHeld) => (this.folder, IsHeld) = (folder, isHeld);

    /// <summary>
    /// False on Windows and on file systems without such locks: there only the tasks of this process keep out of each other's way.
    /// </summary>
    public bool IsHeld { get; }

    /// <summary>Waits until no one else has the lock.</summary>
    public static FolderLock Take(string path)
    {
        if (OperatingSystem.IsWindows())
            return new FolderLock(null, false);
        var folder = Unix.OpenFolder(path);
        return new FolderLock(folder, Unix.Lock(folder));
    }

    public void Dispose() => folder?.Dispose();
}
