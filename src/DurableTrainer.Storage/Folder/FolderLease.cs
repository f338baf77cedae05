namespace DurableTrainer.Storage.Folder;

/// <summary>
/// A file that is open for one process alone. The operating system holds it, so that it needs no renewing, cannot be lost, and goes
/// with the process however that ends.
/// </summary>
internal sealed class FolderLease : ArtifactLease
{
    private const int SharingViolation = unchecked((int)0x80070020), WouldBlockLinux = 11, WouldBlockMac = 35;

    private readonly FileStream file;

    private FolderLease(FileStream file) => this.file = file;

    public override CancellationToken Lost => CancellationToken.None;

    public override bool IsHeld => file.CanRead;

    /// <returns>The lease, or null when someone has it.</returns>
    public static FolderLease? TryTake(string path)
    {
        try
        {
            return new FolderLease(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (IOException e) when (e.HResult is SharingViolation or WouldBlockLinux or WouldBlockMac)
        {
            return null;
        }
    }

    // The file stays: deleting it would let a third process lock a new one while a second still holds the old.
    public override ValueTask DisposeAsync() => file.DisposeAsync();
}
