namespace DurableTrainer.Cli.AskTell;

/// <summary>
/// The right to work with a state file, held on a file beside it, since the state file itself is replaced now and then. The operating
/// system holds the lock, so that it goes with the process however that ends; the empty file stays.
/// </summary>
internal static class StateLock
{
    /// <exception cref="StateFileException">Another process has it, or the folder cannot be written.</exception>
    public static FileStream Take(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (IsHeldByAnother(exception))
        {
            throw new StateFileException($"The state file '{path}' is in use by another process; a search has one tuner at a time.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StateFileException($"The state file '{path}' cannot be locked: {exception.Message}", exception);
        }
    }

    private static bool IsHeldByAnother(IOException exception)
    {
        const int SharingViolation = unchecked((int)0x80070020);
        const int WouldBlockLinux = 11;
        const int WouldBlockMac = 35;
        return exception.HResult is SharingViolation or WouldBlockLinux or WouldBlockMac;
    }
}
