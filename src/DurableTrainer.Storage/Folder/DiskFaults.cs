namespace DurableTrainer.Storage.Folder;

/// <summary>Turns what the operating system says into what a user can act on.</summary>
internal static class DiskFaults
{
    private const int NoEntry = 2, PermissionDenied = 13, NoSpace = 28, ReadOnlyFileSystem = 30, QuotaLinux = 122, QuotaMac = 69;
    private const int WindowsDiskFull = unchecked((int)0x80070070), WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int WindowsWriteProtect = unchecked((int)0x80070013);

    /// <param name="cause">An <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</param>
    /// <param name="action">What was tried, as in "write".</param>
    /// <param name="path">The artifact.</param>
    /// <param name="root">The store's folder.</param>
    public static StorageException Explain(Exception cause, string action, string path, string root)
    {
        var fault = Of(cause);
        var (why, remedy) = fault switch
        {
            StorageFault.Full => (
                "the disk is full, or the account's share of it is used up",
                "Free some space there, or choose another folder with --data."),
            StorageFault.ReadOnly => (
                "the file system is read-only",
                "Mount it so that it can be written, or choose another folder with --data."),
            StorageFault.Denied => (
                "this account may not do that",
                "Give it the right to read and write the folder, or choose another one with --data."),
            StorageFault.Missing => (
                "the folder is gone",
                "See whether its disk is still mounted, and whether someone deleted the experiment meanwhile."),
            _ => (cause.Message.TrimEnd('.'), "See whether the disk is in order, or choose another folder with --data."),
        };
        return new StorageException(fault, $"Cannot {action} '{path}' in {root}: {why}. {remedy}", cause);
    }

    private static StorageFault Of(Exception cause) => cause switch
    {
        DirectoryNotFoundException or FileNotFoundException => StorageFault.Missing,
        UnauthorizedAccessException { InnerException: IOException { HResult: ReadOnlyFileSystem } } => StorageFault.ReadOnly,
        UnauthorizedAccessException => StorageFault.Denied,
        _ => cause.HResult switch
        {
            NoSpace or QuotaLinux or QuotaMac or WindowsDiskFull or WindowsHandleDiskFull => StorageFault.Full,
            ReadOnlyFileSystem or WindowsWriteProtect => StorageFault.ReadOnly,
            PermissionDenied or Unix.NotPermitted => StorageFault.Denied,
            NoEntry => StorageFault.Missing,
            _ => StorageFault.Other,
        },
    };
}
