using System.Globalization;
using DurableTrainer.Durable;
using DurableTrainer.Engine.Files;

namespace DurableTrainer.Engine;

/// <summary>Another engine holds the data folder.</summary>
public sealed class FolderLockedException : DurableException
{
    internal FolderLockedException(string folder, FolderHolder? holder, Exception? inner = null) : base(Describe(folder, holder), inner)
    {
        Folder = folder;
        ProcessId = holder?.ProcessId;
        Host = holder?.Host;
        Since = holder?.Since;
    }

    public string Folder { get; }

    /// <summary>The process that holds it, when that could be read.</summary>
    public int? ProcessId { get; }

    public string? Host { get; }

    public DateTimeOffset? Since { get; }

    private static string Describe(string folder, FolderHolder? holder)
    {
        var who = holder is null
            ? "another process"
            : string.Create(
                CultureInfo.InvariantCulture, $"process {holder.ProcessId} on {holder.Host}, since {holder.Since.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z");
        return $"The data folder '{folder}' is in use by {who}. Stop it first, or choose another folder.";
    }
}
