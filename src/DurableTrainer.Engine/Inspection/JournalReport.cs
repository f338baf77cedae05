using DurableTrainer.Durable;

namespace DurableTrainer.Engine.Inspection;

/// <summary>What a journal holds, and how much of it is whole.</summary>
public sealed record JournalReport
{
    /// <summary>Whether an engine works on it now. Then the last frame may be one that is being written.</summary>
    public required bool IsInUse { get; init; }

    /// <summary>Its files in the order in which a start reads them; those that a crash left over last.</summary>
    public required IReadOnlyList<JournalFileReport> Files { get; init; }

    /// <summary>What keeps an engine from starting on it; null when nothing does.</summary>
    public JournalException? Damage { get; init; }

    /// <summary>Bytes at the end of the last segment that no flush covered: the next start cuts them off, and nothing acknowledged is lost.</summary>
    public long TornBytes { get; init; }

    /// <summary>How many instances there are of each status, up to the damage.</summary>
    public required IReadOnlyDictionary<InstanceStatus, int> Instances { get; init; }

    /// <summary>Entities with a state, up to the damage.</summary>
    public required int Entities { get; init; }

    /// <summary>Activities that a start would run (again).</summary>
    public required int PendingActivities { get; init; }
}

/// <summary>A file of a journal.</summary>
/// <param name="Name">Its name in the folder.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="SoundBytes">How much of it, from its beginning, is whole.</param>
/// <param name="Frames">Sound frames: one for each flush.</param>
/// <param name="Records">Records in them.</param>
public sealed record JournalFileReport(string Name, JournalFileKind Kind, long Bytes, long SoundBytes, int Frames, int Records);

/// <summary>What a file of a journal is for.</summary>
public enum JournalFileKind
{
    /// <summary>What happened, in order.</summary>
    Segment,

    /// <summary>All that came before the segment of the same number.</summary>
    Snapshot,

    /// <summary>Covered by a later snapshot, or left by a crash in its making: the next start deletes it.</summary>
    LeftOver,
}
