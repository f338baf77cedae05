using System.Globalization;
using System.Text.Json;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Storage;

namespace DurableTrainer.Workers.Commands;

/// <summary>
/// The folder that a command keeps what it goes on from in, during one slice. It is made anew for each attempt at a slice, so that what is
/// left of an earlier attempt, even one that still runs somewhere, cannot get into it.
/// </summary>
internal sealed class TrialFolder : IDisposable
{
    private static int attempts;

    private TrialFolder(string path) => Root = path;

    public string Root { get; }

    /// <summary>Where the command finds the values of its point.</summary>
    public string PointFile => Path.Combine(Root, "point.json");

    /// <param name="scratch">Where it is to lie.</param>
    /// <param name="request">The slice.</param>
    /// <exception cref="StorageException">There is no room for it.</exception>
    public static TrialFolder Create(string scratch, SliceRequest request)
    {
        var attempt = Interlocked.Increment(ref attempts);
        var name = string.Create(CultureInfo.InvariantCulture, $"{request.Experiment}-{request.Trial}-{request.Slice}-{Environment.ProcessId}-{attempt}");
        var folder = new TrialFolder(Path.Combine(Path.GetFullPath(scratch), name));
        folder.Change(folder.Empty);
        return folder;
    }

    /// <summary>Fills the empty folder with what a checkpoint holds.</summary>
    /// <exception cref="StorageException">There is no room for it.</exception>
    public void Restore(FolderCheckpoint checkpoint) => Change(() =>
    {
        Empty();
        checkpoint.Unpack(Root);
    });

    /// <summary>Writes the values that the command is to train with from here on.</summary>
    /// <exception cref="StorageException">There is no room for it.</exception>
    public void Write(Point point) => Change(() =>
    {
        var partial = PointFile + ".partial";
        File.WriteAllText(partial, JsonSerializer.Serialize(point, SpecJson.Indented) + "\n");
        File.Move(partial, PointFile, overwrite: true);
    });

    /// <exception cref="CommandFailedException">The command has left it such that it cannot be stored.</exception>
    public byte[] Pack(FolderCheckpoint checkpoint)
    {
        try
        {
            return checkpoint.Write(Root);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"its checkpoint folder cannot be read: {exception.Message}");
        }
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Root, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The command may have made what only it can delete; it is in nobody's way.
        }
    }

    private void Empty()
    {
        // Another process of the same number may have left one.
        if (Directory.Exists(Root))
            Directory.Delete(Root, recursive: true);
        Directory.CreateDirectory(Root);
    }

    private void Change(Action change)
    {
        try
        {
            change();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(StorageFault.Other, $"The folder '{Root}' of a trial cannot be made: {exception.Message} Make room, or run with another --data.", exception);
        }
    }
}
