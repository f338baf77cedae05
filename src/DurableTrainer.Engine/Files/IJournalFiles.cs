namespace DurableTrainer.Engine.Files;

/// <summary>
/// What the journal asks of a folder. Two make it: the disk, and in tests one that loses, on a crash, exactly what was not flushed.
/// </summary>
internal interface IJournalFiles
{
    /// <summary>How messages name the folder.</summary>
    string Folder { get; }

    /// <summary>Makes the folder when it is missing.</summary>
    void CreateFolder();

    /// <summary>Holds the folder until disposed.</summary>
    /// <exception cref="FolderLockedException">Another engine holds it.</exception>
    IDisposable Lock();

    IReadOnlyList<string> List();

    byte[] Read(string name);

    /// <summary>A new file. Durable, itself and by name, only after its own flush and that of the folder.</summary>
    IJournalFile Create(string name);

    /// <summary>An existing file, cut to a length, to be written on from there.</summary>
    IJournalFile Open(string name, long length);

    /// <summary>Gives a file another name; a file that has it is replaced.</summary>
    void Rename(string from, string to);

    void Delete(string name);

    /// <summary>Makes what was created, renamed and deleted durable.</summary>
    void FlushFolder();
}

internal interface IJournalFile : IDisposable
{
    /// <summary>Appends.</summary>
    void Write(ReadOnlySpan<byte> data);

    /// <summary>Returns once everything written is on the disk itself.</summary>
    void Flush();
}
