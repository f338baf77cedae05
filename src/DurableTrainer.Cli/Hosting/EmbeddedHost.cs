using DurableTrainer.Api.Events;
using DurableTrainer.Cli.Commands;
using DurableTrainer.Core.Spec;
using DurableTrainer.Durable;
using DurableTrainer.Engine;
using DurableTrainer.Experiments;
using DurableTrainer.Storage;
using DurableTrainer.Workers.Commands;
using DurableTrainer.Workers.Pool;

namespace DurableTrainer.Cli.Hosting;

/// <summary>Everything in one process: the engine on the data folder, and a pool of workers beside it.</summary>
internal sealed class EmbeddedHost : IAsyncDisposable
{
    /// <summary>The pool of this machine.</summary>
    public const string Pool = QuotaSpec.DefaultPool;

    private readonly EmbeddedEngine engine;
    private readonly HostLease? lease;

    private EmbeddedHost(EmbeddedEngine engine, HostLease? lease, WorkerPool workers, LiveExperiments events, FullDisk disk, DataFolder folder)
    {
        (this.engine, this.lease) = (engine, lease);
        Disk = disk;
        Fault = lease is null ? engine.Fault : Task.WhenAny(engine.Fault, lease.TakenOver).Unwrap();
        Workers = workers;
        Events = events;
        Experiments = ExperimentsIn(folder.WorkStore);
    }

    public static IReadOnlyCollection<string> Pools { get; } = [Pool];

    public WorkerPool Workers { get; }

    public LiveExperiments Events { get; }

    public ExperimentClient Experiments { get; }

    /// <summary>Tells when it is full, and the host waits for space.</summary>
    public FullDisk Disk { get; }

    /// <summary>Its workflows.</summary>
    public DurableClient Durable => engine.Client;

    /// <summary>The same experiments for those who would rather know soon that their artifacts cannot be reached.</summary>
    public ExperimentClient ExperimentsIn(ArtifactStore store) => new(engine.Client, store);

    /// <summary>Completes, faulted, when the host can no longer go on.</summary>
    public Task Fault { get; }

    /// <summary>Opens the data folder for this process alone. Nothing runs before <see cref="Start"/>.</summary>
    /// <exception cref="FolderLockedException">Another process uses the folder.</exception>
    /// <exception cref="JournalException">The journal cannot be read or written.</exception>
    public static async Task<EmbeddedHost> OpenAsync(
        DataFolder folder, int workers, Telemetry? telemetry, CancellationToken cancellation, AllowedCommands? allowed = null)
    {
        var command = WorkerCommand.Self(folder.Root, allowed, folder.Blobs is null ? [] : ["--storage", CommonOptions.Azure]) with { Farewell = telemetry?.WorkerFarewell ?? TimeSpan.Zero };
        var pool = new WorkerPool(command, workers, TimeProvider.System, name: Pool, loggers: telemetry?.Loggers);
        var events = new LiveExperiments(folder.Store);
        var disk = new FullDisk(TimeProvider.System);
        EmbeddedEngine? engine = null;
        var services = new ExperimentServices(
            folder.WorkStore,
            new Dictionary<string, WorkerPool> { [Pool] = pool },
            disk.WaitOr(FaultPolicy.Halt(fault => engine!.Halt(fault))),
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
                    SpaceChanged = disk.Change,
                },
                cancellation);
            CommandPlace.Clean(folder.Root);
            // A folder is locked by its engine; a container may be reached from anywhere. Only who has the lock may use the folder's name.
            var lease = folder.Blobs is null ? null : await HostLease.TakeAsync(folder.Store, folder.HolderOf(), cancellation);
            return new EmbeddedHost(engine, lease, pool, events, disk, folder);
        }
        catch
        {
            if (engine is not null)
                await engine.DisposeAsync();
            await pool.DisposeAsync();
            throw;
        }
    }

    public void Start() => engine.Start();

    public async ValueTask DisposeAsync()
    {
        await engine.DisposeAsync();
        await Workers.DisposeAsync();
        if (lease is not null)
            await lease.DisposeAsync();
    }
}
