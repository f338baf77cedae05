using DurableTrainer.Api.Events;
using DurableTrainer.Durable;
using DurableTrainer.Engine;
using DurableTrainer.Experiments;
using DurableTrainer.Workers.Commands;
using DurableTrainer.Workers.Pool;

namespace DurableTrainer.Cli.Hosting;

/// <summary>Everything in one process: the engine on the data folder, and a pool of workers beside it.</summary>
internal sealed class EmbeddedHost : IAsyncDisposable
{
    /// <summary>The pool of this machine.</summary>
    public const string Pool = "cpu";

    private readonly EmbeddedEngine engine;

    private EmbeddedHost(EmbeddedEngine engine, WorkerPool workers, EventFeed events, DataFolder folder)
    {
        this.engine = engine;
        Workers = workers;
        Events = events;
        Experiments = new ExperimentClient(engine.Client, folder.Store);
    }

    public static IReadOnlyCollection<string> Pools { get; } = [Pool];

    public WorkerPool Workers { get; }

    public EventFeed Events { get; }

    public ExperimentClient Experiments { get; }

    /// <summary>Completes, faulted, when the host can no longer go on.</summary>
    public Task Fault => engine.Fault;

    /// <summary>Opens the data folder for this process alone. Nothing runs before <see cref="Start"/>.</summary>
    /// <exception cref="FolderLockedException">Another process uses the folder.</exception>
    /// <exception cref="JournalException">The journal cannot be read or written.</exception>
    public static async Task<EmbeddedHost> OpenAsync(
        DataFolder folder, int workers, Telemetry? telemetry, CancellationToken cancellation, AllowedCommands? allowed = null)
    {
        var command = WorkerCommand.Self(folder.Root, allowed) with { Farewell = telemetry?.WorkerFarewell ?? TimeSpan.Zero };
        var pool = new WorkerPool(command, workers, TimeProvider.System, name: Pool, loggers: telemetry?.Loggers);
        var events = new EventFeed(folder.Store);
        EmbeddedEngine? engine = null;
        var services = new ExperimentServices(
            folder.Store,
            new Dictionary<string, WorkerPool> { [Pool] = pool },
            Halt: fault => engine!.Halt(fault),
            events.Publish,
            telemetry?.Loggers);
        try
        {
            engine = await EmbeddedEngine.OpenAsync(
                new EngineOptions
                {
                    Folder = folder.Journal,
                    Registry = ExperimentWorkflows.Register(new DurableRegistry(), services),
                    Loggers = telemetry?.Loggers,
                },
                cancellation);
            CommandPlace.Clean(folder.Root);
        }
        catch
        {
            await pool.DisposeAsync();
            throw;
        }

        return new EmbeddedHost(engine, pool, events, folder);
    }

    public void Start() => engine.Start();

    public async ValueTask DisposeAsync()
    {
        await engine.DisposeAsync();
        await Workers.DisposeAsync();
    }
}
