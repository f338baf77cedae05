using System.Diagnostics;
using System.Text.Json;

namespace DurableTrainer.Engine.Files;

/// <summary>
/// Holds a folder for one process. The operating system holds the lock itself, so that it goes with the process however that ends;
/// who holds it stands in a file beside, which anybody can read.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private const string LockName = "engine.lock";
    private const string HolderName = "engine.holder.json";

    private readonly FileStream held;
    private readonly string holderPath;
    private bool released;

    public FolderLock(string folder, TimeProvider time)
    {
        holderPath = Path.Combine(folder, HolderName);
        held = Take(folder);
        try
        {
            var holder = new FolderHolder(Environment.ProcessId, Environment.MachineName, time.GetUtcNow());
            File.WriteAllText(holderPath, JsonSerializer.Serialize(holder));
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private FileStream Take(string folder)
    {
        try
        {
            return new(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (IsHeldByAnother(exception))
        {
            throw new FolderLockedException(folder, ReadHolder(holderPath), exception);
        }
    }

    public void Dispose()
    {
        // Once let go, the folder is another's, and so is the name that stands in it.
        if (Interlocked.Exchange(ref released, true))
            return;
        try
        {
            // The lock's own file stays: deleting it would let a third process lock a new one while a second still holds the old.
            File.Delete(holderPath);
        }
        // The folder can no longer be written: the name stays behind, which the next holder writes over. The lock is what counts.
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
        finally
        {
            held.Dispose();
        }
    }

    /// <summary>
    /// Whether a process of this machine holds the folder now. Looks at the holder's name only: taking the lock to find out could keep
    /// another from taking it for good.
    /// </summary>
    public static bool IsHeld(string folder)
    {
        if (ReadHolder(Path.Combine(folder, HolderName)) is not { } holder || holder.Host != Environment.MachineName)
            return false;
        try
        {
            using var process = Process.GetProcessById(holder.ProcessId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            // It was killed, and left its name behind.
            return false;
        }
    }

    private static FolderHolder? ReadHolder(string holderPath)
    {
        try
        {
            return JsonSerializer.Deserialize<FolderHolder>(File.ReadAllText(holderPath));
        }
        // The holder may be just writing it, or just gone: the lock is what counts.
        catch (Exception exception) when (exception is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
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

/// <summary>Who holds a folder.</summary>
internal sealed record FolderHolder(int ProcessId, string Host, DateTimeOffset Since);
