using DurableTrainer.Durable;
using DurableTrainer.DurableTask;
using DurableTrainer.Experiments;
using DurableTrainer.Workers.Pool;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DurableTrainer.GpuWorker;

/// <summary>A host that takes the slices of one pool from a scheduler, one at a time, and nothing else.</summary>
public static class GpuWorkerHost
{
    /// <summary>
    /// For a slice to save a checkpoint and the host to end, when it is told to stop: a little less than the platform allows
    /// (<c>terminationGracePeriodSeconds</c> in infra/modules/worker.bicep).
    /// </summary>
    public static readonly TimeSpan GracePeriod = TimeSpan.FromSeconds(590);

    /// <summary>Before work is tried again whose surroundings failed.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(15);

    /// <param name="host">The host.</param>
    /// <param name="settings">What the worker's settings say.</param>
    /// <param name="connect">Connects to the scheduler.</param>
    /// <param name="command">How the process is started that trains; this program once more when null.</param>
    public static void AddGpuWorker(
        this IHostApplicationBuilder host, WorkerSettings settings, Action<IDurableTaskWorkerBuilder> connect, WorkerCommand? command = null)
    {
        var services = host.Services;
        services.AddTelemetry(host.Configuration);
        services.Configure<HostOptions>(options => options.ShutdownTimeout = GracePeriod);
        // Made by the host's own services, so that it is disposed of with them: that ends the process that trains, once it has saved.
        services.AddSingleton(provider => new WorkerPool(
            command ?? WorkerCommand.Self(settings.Scratch), workers: 1, TimeProvider.System, name: settings.Pool, loggers: provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton(provider => Register(settings, provider.GetRequiredService<WorkerPool>(), provider.GetRequiredService<ILoggerFactory>()));
        services.AddDurableTaskWorker(worker =>
        {
            worker.AddDurableRegistry().Configure(options => options.Concurrency.MaximumConcurrentActivityWorkItems = 1).UseWorkItemFilters();
            connect(worker);
        });
    }

    private static DurableRegistry Register(WorkerSettings settings, WorkerPool pool, ILoggerFactory loggers) => ExperimentWorkflows.RegisterPools(
        new DurableRegistry(),
        new ExperimentServices(
            settings.OpenStore(),
            new Dictionary<string, WorkerPool> { [settings.Pool] = pool },
            FaultPolicy.Retry(RetryDelay, loggers.CreateLogger(typeof(GpuWorkerHost)), TimeProvider.System),
            (_, _) => { },
            loggers));
}
