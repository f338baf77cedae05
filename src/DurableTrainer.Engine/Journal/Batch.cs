namespace DurableTrainer.Engine.Journal;

/// <summary>What goes to disk with one flush, and the snapshot, if any, of the state that it leads to.</summary>
internal sealed class Batch
{
    public Frame Records { get; } = new();

    /// <summary>A snapshot that is to be written after the records.</summary>
    public Frame? Snapshot { get; set; }

    /// <summary>How many records are durable once this batch is.</summary>
    public long LastRecord { get; set; }

    /// <summary>This batch, empty, to be filled again; null when it has grown so large that its memory is better given back.</summary>
    public Batch? Recycle()
    {
        const int WorthKeeping = 4 * 1024 * 1024;
        Records.Clear();
        Snapshot = null;
        return Records.Capacity <= WorthKeeping ? this : null;
    }
}
