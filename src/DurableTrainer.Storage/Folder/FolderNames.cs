using System.Collections.Concurrent;

namespace DurableTrainer.Storage.Folder;

/// <summary>
/// Makes folders, and their names durable. Of a folder that this process has not made it is not known whether who made it came to that:
/// the first time that something is put into it, its name is made durable too.
/// </summary>
/// <param name="disk">Does the changes.</param>
/// <param name="root">The store's folder. What is above it is its user's affair, unless it has to be made.</param>
internal sealed class FolderNames(Disk disk, string root)
{
    private readonly ConcurrentDictionary<string, bool> isDurable = new(StringComparer.Ordinal);

    /// <summary>Makes a folder and those above it; none is durable before <see cref="Flush"/>.</summary>
    public void Make(string folder)
    {
        if (Directory.Exists(folder) || Path.GetDirectoryName(folder) is not { } parent)
            return;
        Make(parent);
        disk.MakeFolder(folder);
        isDurable[folder] = false;
    }

    /// <summary>Makes the names of a folder and of those above it durable, from above, so that one that is has only such above it.</summary>
    public void Flush(string folder)
    {
        if (IsDurable(folder) || Path.GetDirectoryName(folder) is not { } parent)
            return;
        Flush(parent);
        disk.FlushFolder(parent);
        isDurable[folder] = true;
    }

    /// <summary>To be called when a folder has been deleted.</summary>
    public void Forget(string folder)
    {
        var below = folder + Path.DirectorySeparatorChar;
        foreach (var gone in isDurable.Keys.Where(name => name == folder || name.StartsWith(below, StringComparison.Ordinal)))
            isDurable.TryRemove(gone, out _);
    }

    private bool IsDurable(string folder) => isDurable.TryGetValue(folder, out var known) ? known : folder.Length <= root.Length;
}
