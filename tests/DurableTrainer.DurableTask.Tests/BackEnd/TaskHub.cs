using DurableTask.Core;
using DurableTask.Core.Entities;
using DurableTask.Core.Entities.OperationFormat;
using DurableTrainer.Durable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.DurableTask.Worker;
using Microsoft.DurableTask.Worker.Shims;
using Microsoft.Extensions.DependencyInjection;

namespace DurableTrainer.DurableTask.Tests.BackEnd;

/// <summary>A task hub in this process: the dispatchers of Durable Task on a back end in memory, and a worker that runs a registry.</summary>
internal sealed class TaskHub : IAsyncDisposable
{
    private readonly TaskHubWorker worker;
    private readonly EntityBackEnd backEnd;

    private TaskHub(TaskHubWorker worker, EntityBackEnd backEnd, DurableClient client) =>
        (this.worker, this.backEnd, Client) = (worker, backEnd, client);

    public DurableClient Client { get; }

    public static async Task<TaskHub> StartAsync(DurableRegistry registry)
    {
        var backEnd = new EntityBackEnd();
        var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var tasks = new DurableTaskRegistry().Add(registry);
        var shims = new DurableTaskShimFactory(new DurableTaskWorkerOptions
        {
            DataConverter = DurableTaskRegistration.Converter,
            EnableEntitySupport = true,
        });
        var worker = new TaskHubWorker(
            backEnd,
            new Manager<TaskOrchestration, ITaskOrchestrator>(tasks.GetOrchestrators(), services, (name, task) => shims.CreateOrchestration(name, task)),
            new Manager<TaskActivity, ITaskActivity>(tasks.GetActivities(), services, shims.CreateActivity),
            new Manager<TaskEntity, ITaskEntity>([], services, (_, _) => throw new NotSupportedException()))
        {
            ErrorPropagationMode = ErrorPropagationMode.UseFailureDetails,
        };
        // A manager of entities learns the name alone, and an entity needs its key too: its batches are taken out of the pipeline.
        var entities = tasks.GetEntities().ToDictionary(task => task.Key.Name, task => task.Value, StringComparer.OrdinalIgnoreCase);
        worker.AddEntityDispatcherMiddleware(async (context, _) =>
        {
            var request = context.GetProperty<EntityBatchRequest>();
            var id = global::DurableTask.Core.Entities.EntityId.FromString(request.InstanceId!);
            context.SetProperty(await shims.CreateEntity(id.Name, entities[id.Name](services), id).ExecuteOperationBatchAsync(request));
        });
        await worker.StartAsync();
        return new(worker, backEnd, new ClientAdapter(new HubClient(backEnd), registry));
    }

    public async ValueTask DisposeAsync()
    {
        await worker.StopAsync(isForced: true);
        worker.Dispose();
        backEnd.Dispose();
    }

    private sealed class Manager<TCore, TTask>(
        IEnumerable<KeyValuePair<TaskName, Func<IServiceProvider, TTask>>> tasks, IServiceProvider services,
        Func<TaskName, TTask, TCore> wrap) : INameVersionObjectManager<TCore>
    {
        private readonly Dictionary<string, Func<IServiceProvider, TTask>> tasks = tasks.ToDictionary(task => task.Key.Name, task => task.Value);

        public void Add(ObjectCreator<TCore> creator) => throw new NotSupportedException();

        public TCore? GetObject(string name, string? version) =>
            tasks.TryGetValue(name, out var create) ? wrap(name, create(services)) : default;
    }
}
