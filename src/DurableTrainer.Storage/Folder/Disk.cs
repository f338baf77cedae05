using Microsoft.Win32.SafeHandles;

namespace DurableTrainer.Storage.Folder;

/// <summary>Every operation by which a <see cref="FolderStore"/> changes the disk. Tests override them to let one fail.</summary>
internal class Disk
{
    public virtual void MakeFolder(string path) => Directory.CreateDirectory(path);

    /// <exception cref="IOException">There is a file of that name.</exception>
    public virtual SafeFileHandle CreateNew(string path) =>
        File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);

    public virtual SafeFileHandle OpenLog(string path) =>
        File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    public virtual void Write(SafeFileHandle file, ReadOnlySpan<byte> content, long offset) => RandomAccess.Write(file, content, offset);

    public virtual void Cut(SafeFileHandle file, long length) => RandomAccess.SetLength(file, length);

    public virtual void Flush(SafeFileHandle file) => RandomAccess.FlushToDisk(file);

    /// <summary>Gives a file another name; a file that has it is replaced in the same instant.</summary>
    public virtual void Rename(string source, string target) => File.Move(source, target, overwrite: true);

    /// <summary>Gives a file another name, unless a file has it. <paramref name="source"/> may stay.</summary>
    /// <returns>Whether the name was free.</returns>
    public virtual bool TryRename(string source, string target)
    {
        if (!OperatingSystem.IsWindows())
        {
            switch (Unix.Link(source, target))
            {
                case 0:
                    return true;
                case Unix.Exists:
                    return false;
            }

            // Some network file systems have no hard links; there the test and the renaming are two steps. Any other trouble shows again.
        }

        try
        {
            File.Move(source, target, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(target))
        {
            return false;
        }
    }

    public virtual void Delete(string file) => File.Delete(file);

    public virtual void DeleteFolder(string path) => Directory.Delete(path, recursive: true);

    /// <summary>Makes the names in a folder survive a crash of the machine. Windows does so by itself.</summary>
    public virtual void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = Unix.OpenFolder(path);
        Unix.Flush(folder, path);
    }
}
