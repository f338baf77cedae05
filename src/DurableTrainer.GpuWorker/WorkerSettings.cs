using DurableTrainer.Core.Spec;
using DurableTrainer.Storage.Blobs;
using DurableTrainer.Storage.Blobs.Data;
using DurableTrainer.Workers.Slices;
using Microsoft.Extensions.Configuration;

namespace DurableTrainer.GpuWorker;

/// <summary>What the worker's settings say.</summary>
public sealed record WorkerSettings
{
    private const string StorageName = "DurableTrainer:Storage";
    private const string PoolName = "DurableTrainer:Pool";
    private const string DeviceName = "DurableTrainer:Device";
    private const string SchedulerName = "DURABLE_TASK_SCHEDULER_CONNECTION_STRING";
    private const string TaskHubName = "TASKHUB_NAME";

    /// <summary>Where artifacts and data are.</summary>
    public required BlobLocation Storage { get; init; }

    /// <summary>The pool whose slices it runs.</summary>
    public required string Pool { get; init; }

    /// <summary>What models are trained on: <c>cuda</c>, <c>cuda:1</c>, or <c>cpu</c>.</summary>
    public string Device { get; init; } = "cuda";

    /// <summary>What connects to the scheduler: its endpoint, and which identity to use.</summary>
    public required string Scheduler { get; init; }

    public required string TaskHub { get; init; }

    /// <summary>For what must lie on a disk of this machine for a while.</summary>
    public string Scratch { get; init; } = Path.Combine(Path.GetTempPath(), "durabletrainer");

    /// <summary>A worker has time to wait until the storage is back.</summary>
    public BlobStore OpenStore() => new(Storage, new BlobStoreOptions { Patience = TimeSpan.FromMinutes(5) });

    public DataFiles OpenData() => new(() => new DataBlobs(Storage, Path.Combine(Scratch, "data")));

    /// <exception cref="InvalidOperationException">A setting is missing or cannot be used.</exception>
    /// <exception cref="DurableTrainer.Storage.StorageException">The place of the storage is none.</exception>
    public static WorkerSettings Of(IConfiguration configuration)
    {
        var pool = Required(PoolName, "the name of the pool");
        if (!Names.IsName(pool) || pool == QuotaSpec.DefaultPool)
            throw new InvalidOperationException($"{Shown(PoolName)} is '{pool}', must be {Names.Words}, and not '{QuotaSpec.DefaultPool}', which is the pool of the app itself.");
        var settings = new WorkerSettings
        {
            Storage = BlobLocation.Parse(Required(StorageName, "the address of a container")),
            Pool = pool,
            Scheduler = Required(SchedulerName, "Endpoint=https://…;Authentication=…"),
            TaskHub = Required(TaskHubName, "the name of a task hub"),
        };
        return configuration[DeviceName] is { Length: > 0 } device ? settings with { Device = device } : settings;

        string Required(string name, string meaning) => configuration[name] is { Length: > 0 } value
            ? value
            : throw new InvalidOperationException($"The setting {Shown(name)} is missing: {meaning}.");
    }

    private static string Shown(string name) => name.Replace(":", "__", StringComparison.Ordinal);
}
