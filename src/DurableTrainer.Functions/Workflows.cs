using System.Runtime.CompilerServices;
using System.Text.Json;
using DurableTrainer.Api.Events;
using DurableTrainer.Core.Spec;
using DurableTrainer.Durable;
using DurableTrainer.DurableTask;
using DurableTrainer.Experiments;
using DurableTrainer.Workers.Pool;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DurableTrainer.Functions;

/// <summary>What the trigger functions of orchestrations, activities and entities run, by name.</summary>
internal sealed class Workflows : IAsyncDisposable
{
    /// <summary>The pool of the app itself.</summary>
    public const string Pool = QuotaSpec.DefaultPool;

    /// <summary>How old what is shown of an experiment may be that another instance of the app works on.</summary>
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(2);

    /// <summary>Before an activity is tried again whose surroundings failed.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(15);

    private readonly WorkerPool pool;
    private readonly Dictionary<string, OrchestrationAdapter> orchestrators;
    private readonly Dictionary<string, ActivityAdapter> activities;
    private readonly Dictionary<string, EntityAdapter> entities;

    public Workflows(AppSettings settings, IHostApplicationLifetime lifetime, ILoggerFactory loggers)
    {
        pool = new WorkerPool(
            WorkerCommand.Self(AppSettings.Scratch), Environment.ProcessorCount, TimeProvider.System, name: Pool, loggers: loggers);
        Live = new LiveExperiments(settings.Store, Refresh);
        var services = new ExperimentServices(
            settings.WorkStore,
            new Dictionary<string, WorkerPool> { [Pool] = pool },
            FaultPolicy.Retry(RetryDelay, loggers.CreateLogger<Workflows>(), TimeProvider.System),
            Live.Publish,
            loggers);
        Registry = ExperimentWorkflows.Register(new DurableRegistry(), services);
        orchestrators = Registry.Orchestrators.ToDictionary(entry => entry.Key, entry => new OrchestrationAdapter(entry.Value));
        activities = Registry.Activities.ToDictionary(entry => entry.Key, entry => new ActivityAdapter(entry.Value, lifetime.ApplicationStopping));
        entities = Registry.Entities.ToDictionary(entry => entry.Key, entry => new EntityAdapter(entry.Key, entry.Value()));
    }

    public DurableRegistry Registry { get; }

    /// <summary>What happens in experiments, here and in other instances of the app.</summary>
    public LiveExperiments Live { get; }

    /// <summary>Runs the orchestrator that has the name of the calling function.</summary>
    public Task<object?> OrchestrateAsync(TaskOrchestrationContext context, [CallerMemberName] string name = "") =>
        orchestrators[name].RunAsync(context, context.GetInput<JsonElement?>());

    /// <summary>Runs an activity; that which has the name of the calling function when none is given.</summary>
    public Task<object?> RunAsync(string instanceId, JsonElement call, [CallerMemberName] string name = "") =>
        activities[name].RunAsync(instanceId, call);

    /// <summary>The entity that has the name of the calling function.</summary>
    public ITaskEntity Entity([CallerMemberName] string name = "") => entities[name];

    public async ValueTask DisposeAsync()
    {
        await pool.DisposeAsync();
        foreach (var activity in activities.Values)
            activity.Dispose();
    }
}
