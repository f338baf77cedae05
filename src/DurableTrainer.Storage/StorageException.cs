namespace DurableTrainer.Storage;

/// <summary>Why an artifact could not be stored or read.</summary>
public enum StorageFault
{
    /// <summary>Something else; the message says what.</summary>
    Other,

    /// <summary>There is no space left, or a quota of the file system is used up.</summary>
    Full,

    /// <summary>The place is mounted or marked so that nothing can be changed.</summary>
    ReadOnly,

    /// <summary>The account of this process may not do it.</summary>
    Denied,

    /// <summary>The place is gone.</summary>
    Missing,

    /// <summary>The storage service gave no answer for as long as there was patience.</summary>
    Away,

    /// <summary>What was given as the place is none: a misspelt connection string, account or container.</summary>
    Misnamed,
}

/// <summary>The place where artifacts live refused. The message says what was tried, why it failed and what to do.</summary>
public sealed class StorageException(StorageFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public StorageFault Fault { get; } = fault;
}
