using DurableTrainer.Durable;
using DurableTrainer.Engine.Files;

namespace DurableTrainer.Engine;

/// <summary>
/// The journal is damaged, or cannot be read or written. What had been acknowledged is untouched; the message says what to do.
/// </summary>
public sealed class JournalException : DurableException
{
    internal JournalException(string message, Exception? inner = null) : base(message, inner)
    {
    }

    /// <summary>The damaged file; null when none is damaged.</summary>
    public string? Segment { get; private init; }

    /// <summary>Where in the file the damage begins, in bytes.</summary>
    public long? Offset { get; private init; }

    internal static JournalException Damaged(string folder, string segment, long offset, string what, Exception? inner = null) =>
        new($"The journal in '{folder}' is damaged: segment '{segment}', offset {offset}: {what} Nothing was changed. " +
            "Restore the folder from a backup, or move it away to start with an empty one.", inner)
        {
            Segment = segment,
            Offset = offset,
        };

    internal static JournalException Unreadable(string folder, Exception inner) =>
        new($"Cannot use the data folder '{folder}': {DiskTrouble.Describe(folder, inner)}. " +
            "It must be a folder that this user may read and write, on a disk with free space.", inner);

    internal static JournalException Unwritable(string folder, Exception inner) =>
        new(DiskTrouble.IsFull(inner)
            ? $"The disk of '{folder}' is full, and the engine has stopped. Nothing acknowledged is lost: free some space and start it again."
            : $"The journal in '{folder}' can no longer be written, and the engine has stopped: {DiskTrouble.Describe(folder, inner)}. " +
              "Nothing acknowledged is lost: put the disk right and start it again.", inner);
}
