using DurableTrainer.Api.Events;
using DurableTrainer.Durable;
using DurableTrainer.Engine;
using DurableTrainer.Experiments;
using DurableTrainer.Workers.Commands;
using DurableTrainer.Workers.Pool;
using Microsoft.Extensions.Logging;

namespace DurableTrainer.Cli.Hosting;

/// <summary>Everything in one process: the engine on the data folder, and a pool of workers beside it.</summary>
internal sealed class EmbeddedHost : IAsyncDisposable
{
    /// <summary>The pool of this machine.</summary>
    public const string Pool = "cpu";

    private readonly EmbeddedEngine engine;

    private EmbeddedHost(EmbeddedEngine engine, WorkerPool workers, LiveExperiments events, DataFolder folder)
    {
        this.engine = engine;
        Workers = workers;
        Events = events;
        Experiments = new ExperimentClient(engine.Client, folder.Store);
    }

    public static IReadOnlyCollection<string> Pools { get; } = [Pool];

    public WorkerPool Workers { get; }

    public LiveExperiments Events { get; }

    public ExperimentClient Experiments { get; }

    /// <summary>Completes, faulted, when the host can no longer go on.</summary>
    public Task Fault => engine.Fault;

    /// <summary>Opens the data folder for this process alone. Nothing runs before <see cref="Start"/>.</summary>
    /// <exception cref="FolderLockedException">Another process uses the folder.</exception>
    /// <exception cref="JournalException">The journal cannot be read or written.</exception>
    public static async Task<EmbeddedHost> OpenAsync(
        DataFolder folder, int workers, ILoggerFactory? loggers, CancellationToken cancellation, AllowedCommands? allowed = null)
    {
        var pool = new WorkerPool(WorkerCommand.Self(folder.Root, allowed), workers, TimeProvider.System);
        var events = new LiveExperiments(folder.Store);
        EmbeddedEngine? engine = null;
        var services = new ExperimentServices(
            folder.Store,
            new Dictionary<string, WorkerPool> { [Pool] = pool },
            Halt: fault => engine!.Halt(fault),
            events.Publish);
        try
        {
            engine = await EmbeddedEngine.OpenAsync(
                new EngineOptions
                {
                    Folder = folder.Journal,
                    Registry = ExperimentWorkflows.Register(new DurableRegistry(), services),
                    Loggers = loggers,
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
