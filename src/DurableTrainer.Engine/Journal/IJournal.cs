using DurableTrainer.Engine.Records;

namespace DurableTrainer.Engine.Journal;

/// <summary>Where records go: to disk, or nowhere for an engine in memory. Used from the engine's loop only.</summary>
internal interface IJournal : IDisposable
{
    /// <summary>How many records were appended.</summary>
    long Appended { get; }

    /// <summary>Whether enough was written since the last snapshot to be worth a new one.</summary>
    bool WantsSnapshot { get; }

    void Append(Record record);

    void AppendSnapshot(IEnumerable<Record> records);

    /// <summary>Writes out everything appended, and ends.</summary>
    void Close();
}

/// <summary>The journal of an engine that keeps nothing.</summary>
internal sealed class NoJournal(Action<long> durable) : IJournal
{
    public long Appended { get; private set; }

    public bool WantsSnapshot => false;

    public void Append(Record record) => durable(++Appended);

    public void AppendSnapshot(IEnumerable<Record> records)
    {
    }

    public void Close()
    {
    }

    public void Dispose()
    {
    }
}
