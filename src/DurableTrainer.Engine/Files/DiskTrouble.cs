namespace DurableTrainer.Engine.Files;

/// <summary>Why a folder cannot be used, in plain words. .NET hands over the number of the system's error as the exception's HResult.</summary>
internal static class DiskTrouble
{
    /// <summary>The cause in the few words of a system, without a full stop; they do not name the folder again.</summary>
    public static string Describe(string folder, Exception exception) =>
        IsFileInTheWay(folder) ? "A file is in the way"
        : IsDenied(exception) ? "Permission denied"
        : IsReadOnly(exception) ? "Read-only file system"
        : IsFull(exception) ? "No space left"
        : WithoutPath(exception.Message);

    public static bool IsFull(Exception exception)
    {
        const int NoSpaceUnix = 28;
        const int QuotaLinux = 122;
        const int QuotaMac = 69;
        const int DiskFullWindows = unchecked((int)0x80070070);
        return exception is IOException && exception.HResult is NoSpaceUnix or QuotaLinux or QuotaMac or DiskFullWindows;
    }

    private static bool IsReadOnly(Exception exception)
    {
        const int ReadOnlyUnix = 30;
        const int WriteProtectedWindows = unchecked((int)0x80070013);
        return exception is IOException && exception.HResult is ReadOnlyUnix or WriteProtectedWindows;
    }

    private static bool IsDenied(Exception exception)
    {
        const int NotPermittedUnix = 1;
        const int AccessDeniedUnix = 13;
        return exception is UnauthorizedAccessException || exception is IOException && exception.HResult is NotPermittedUnix or AccessDeniedUnix;
    }

    // Asked of the disk: the exceptions differ with the place of the file on the way, and between systems.
    private static bool IsFileInTheWay(string folder)
    {
        for (var path = folder; !string.IsNullOrEmpty(path); path = Path.GetDirectoryName(path))
        {
            if (File.Exists(path))
                return true;
        }
        return false;
    }

    private static string WithoutPath(string message) => message.Split(" : '")[0].TrimEnd('.');
}
