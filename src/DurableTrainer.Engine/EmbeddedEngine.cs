using DurableTrainer.Durable;
using DurableTrainer.Engine.Client;
using DurableTrainer.Engine.Files;
using DurableTrainer.Engine.Journal;
using DurableTrainer.Engine.Loop;
using DurableTrainer.Engine.Recovery;
using DurableTrainer.Engine.State;

namespace DurableTrainer.Engine;

/// <summary>
/// A durable engine inside this process: its journal is a folder, and nothing else is needed. What it has acknowledged survives the end
/// of the process at any moment.
/// </summary>
public sealed class EmbeddedEngine : IAsyncDisposable
{
    private readonly EngineLoop loop;
    private readonly IDisposable? folder;

    private EmbeddedEngine(EngineLoop loop, IDisposable? folder, DurableRegistry registry)
    {
        (this.loop, this.folder) = (loop, folder);
        Client = new EmbeddedClient(loop, registry);
    }

    /// <summary>
    /// Holds the folder and recovers what its journal says. Nothing runs before <see cref="Start"/>, but the client can be used:
    /// to suspend, terminate, list or raise events before activities run again.
    /// </summary>
    /// <exception cref="FolderLockedException">Another engine holds the folder.</exception>
    /// <exception cref="JournalException">The journal is damaged, or the folder cannot be used.</exception>
    public static Task<EmbeddedEngine> OpenAsync(EngineOptions options, CancellationToken ct = default) => Task.Run(() => Open(options), ct);

    /// <summary>Whether an engine in a process of this machine holds the folder now.</summary>
    public static bool IsHeld(string folder) => FolderLock.IsHeld(folder);

    public DurableClient Client { get; }

    /// <summary>
    /// Faults with a <see cref="JournalException"/> when the journal can no longer be written, or with what <see cref="Halt"/> was given.
    /// The engine has stopped then; nothing is acknowledged that is not durable. Completes without fault when the engine is disposed, unless
    /// it waits for space then. For a full disk the engine waits: <see cref="EngineOptions.SpaceChanged"/>.
    /// </summary>
    public Task Fault => loop.Fault;

    /// <summary>Begins turns, timers and activities.</summary>
    public void Start() => loop.StartTurns();

    /// <summary>
    /// Stops the engine on a fault outside of it, such as a full disk of artifacts: <see cref="Fault"/> faults with the reason, running
    /// activities are cancelled, and whatever they come to is not recorded, so that they run again at the next start.
    /// </summary>
    public void Halt(Exception reason) => loop.Halt(reason);

    /// <summary>Cancels running activities and waits for them, writes everything out, and lets the folder go.</summary>
    public async ValueTask DisposeAsync()
    {
        loop.Stop();
        await loop.Ended;
        folder?.Dispose();
    }

    private static EmbeddedEngine Open(EngineOptions options)
    {
        var state = new EngineState(keepInputs: options.CheckReplay);
        var loop = new EngineLoop(state, options);
        if (options.Files is null && options.Folder is null)
        {
            loop.Begin(new NoJournal(loop.NoteDurable));
            return new(loop, null, options.Registry);
        }
        var files = options.Files ?? new DiskFiles(options.Folder!, options.Time);
        IDisposable? held = null;
        try
        {
            files.CreateFolder();
            held = files.Lock();
            var tail = new JournalReader(files, state.Apply).Read();
            state.FinishRecovery();
            loop.Begin(new DiskJournal(
                new(files, tail),
                new(options.SegmentBytes, options.SnapshotEveryBytes),
                new(
                    Durable: records =>
                    {
                        loop.NoteDurable(records);
                        loop.Post(static () => { });
                    },
                    Full: exception => loop.Pause(new(files.Folder, exception)),
                    Written: loop.GoOn,
                    Failed: exception => loop.Halt(JournalException.Unwritable(files.Folder, exception)))));
            return new(loop, held, options.Registry);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            held?.Dispose();
            throw JournalException.Unreadable(files.Folder, exception);
        }
        catch
        {
            held?.Dispose();
            throw;
        }
    }
}
