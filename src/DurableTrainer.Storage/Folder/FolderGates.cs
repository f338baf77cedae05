namespace DurableTrainer.Storage.Folder;

/// <summary>
/// Lets one task of this process at a time change a folder, without blocking a thread for those that wait. Some folders share a gate.
/// </summary>
internal static class FolderGates
{
    private static readonly SemaphoreSlim[] Gates = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    public static SemaphoreSlim Of(string folder) => Gates[(uint)folder.GetHashCode(StringComparison.Ordinal) % Gates.Length];
}
