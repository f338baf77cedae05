using DurableTrainer.Durable;
using DurableTrainer.Engine.Files;
using Microsoft.Extensions.Logging;

namespace DurableTrainer.Engine;

/// <summary>What an embedded engine runs, and where it keeps its journal.</summary>
public sealed record EngineOptions
{
    /// <summary>The data folder, made when missing and held by one engine at a time; null to keep everything in memory only.</summary>
    public required string? Folder { get; init; }

    /// <summary>The orchestrators, activities and entities; not to be changed any more.</summary>
    public required DurableRegistry Registry { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public ILoggerFactory? Loggers { get; init; }

    /// <summary>For tests: replays every turn from the start, and fails the instance whose code does something else than the first time.</summary>
    public bool CheckReplay { get; init; }

    /// <summary>How many attempts of one activity run at once when its registration sets no bound.</summary>
    public int DefaultActivityConcurrency { get; init; } = 64;

    /// <summary>
    /// Of how many instances the running code is kept in memory between turns. That of others is replayed from their history before their next
    /// turn: it takes some microseconds for each step of the history, and an instance that waits takes a third of the memory.
    /// </summary>
    public int InstancesInMemory { get; init; } = 1000;

    /// <summary>A journal segment longer than this is followed by a new one.</summary>
    public long SegmentBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>At least so much is journaled between two snapshots: it bounds what a start has to read.</summary>
    public long SnapshotEveryBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// Called, on the engine's thread, when the disk of the journal is full: the engine then takes no turn, starts no activity and refuses
    /// what it is asked with this exception, until there is space. Called with null once it goes on.
    /// </summary>
    public Action<DiskFullException?>? SpaceChanged { get; init; }

    /// <summary>For tests: a folder that can crash. The disk when null.</summary>
    internal IJournalFiles? Files { get; init; }
}
