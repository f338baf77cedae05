using DurableTrainer.Storage;
using Microsoft.Win32.SafeHandles;

namespace DurableTrainer.Cli.AskTell;

/// <summary>
/// A state on disk that survives a crash at any moment: what was saved is there, whole. Changes are appended and flushed; when they have
/// become more than the state, it is written anew beside the file and takes its place. One process at a time has the file.
/// </summary>
internal sealed class StateFile : IDisposable
{
    private const int LeastChanges = 64 * 1024;

    private readonly string path;
    private readonly FileStream held;
    private SafeFileHandle? file;
    private string digest = "";
    private long? end;
    private long changes;

    private StateFile(string path, FileStream held) => (this.path, this.held) = (path, held);

    /// <summary>What was saved last, as JSON; null in a new file.</summary>
    public byte[]? Content { get; private set; }

    /// <exception cref="StateFileException">The file is damaged, held by another process, or the disk refuses.</exception>
    public static StateFile Open(string path)
    {
        // The file is replaced now and then, and a link to it should stay one.
        var link = new FileInfo(path);
        path = link.LinkTarget is null ? link.FullName : link.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        var state = new StateFile(path, StateLock.Take(path));
        try
        {
            if (File.Exists(path))
                state.Continue(SavedState.Read(File.ReadAllBytes(path), path));
            return state;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            state.Dispose();
            throw new StateFileException($"The state file '{path}' cannot be read: {exception.Message}", exception);
        }
        catch (StateFileException)
        {
            state.Dispose();
            throw;
        }
    }

    /// <summary>Returns when the state is on the disk itself.</summary>
    /// <exception cref="StateFileException">The disk refuses; the file still has what was saved before.</exception>
    public async Task SaveAsync(byte[] content)
    {
        try
        {
            if (end is null || changes > Math.Max(LeastChanges, content.Length))
                await WriteWholeAsync(content);
            else
                Append(content, end.Value);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or StorageException)
        {
            var cause = exception is StorageException { InnerException: { } inner } ? inner : exception;
            throw new StateFileException($"The state file '{path}' cannot be written: {cause.Message} It has all that was answered.", exception);
        }

        Content = content;
    }

    public void Dispose()
    {
        file?.Dispose();
        held.Dispose();
    }

    private void Continue(SavedState saved) => (Content, digest, end, changes) = (saved.Content, saved.Digest, saved.End, saved.Changes);

    private async Task WriteWholeAsync(byte[] content)
    {
        var whole = StateLines.Whole(content, out var next);
        await new FolderStore(Path.GetDirectoryName(path)!).WriteAsync(Path.GetFileName(path), whole);
        file?.Dispose();
        file = null;
        (digest, end, changes) = (next, whole.Length, 0);
    }

    private void Append(byte[] content, long at)
    {
        file ??= OpenToAppend(at);
        var next = digest;
        var line = StateLines.Change(Content, content, ref next);
        var appended = false;
        try
        {
            RandomAccess.Write(file, line, at);
            RandomAccess.FlushToDisk(file);
            appended = true;
        }
        finally
        {
            // A line that was not acknowledged must not come back, nor stand in the way of the next.
            if (!appended)
                TakeBack(at);
        }

        (digest, end, changes) = (next, at + line.Length, changes + line.Length);
    }

    /// <summary>Cuts off a torn line, should there be one.</summary>
    private SafeFileHandle OpenToAppend(long at)
    {
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.SetLength(handle, at);
        return handle;
    }

    private void TakeBack(long at)
    {
        try
        {
            RandomAccess.SetLength(file!, at);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What led here is what the user must see. A torn line is dropped by the next reader.
        }
    }
}

/// <summary>A state file cannot be used. The message says which, why and what to do.</summary>
internal sealed class StateFileException(string message, Exception? inner = null) : Exception(message, inner);
