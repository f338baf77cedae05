using DurableTrainer.Durable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DurableTrainer.DurableTask;

/// <summary>Brings what a <see cref="DurableRegistry"/> holds to the workers of Durable Task.</summary>
public static class DurableTaskRegistration
{
    /// <summary>The one converter of workers and clients: <see cref="DurableJson.Options"/>.</summary>
    public static DataConverter Converter { get; } = new JsonDataConverter(DurableJson.Options);

    /// <summary>Lets a worker run everything that the <see cref="DurableRegistry"/> among the host's services holds.</summary>
    public static IDurableTaskWorkerBuilder AddDurableRegistry(this IDurableTaskWorkerBuilder builder)
    {
        builder.Services.AddOptions<DurableTaskRegistry>(builder.Name).Configure<DurableRegistry>((tasks, registry) => tasks.Add(registry));
        return builder.Configure(options => (options.DataConverter, options.EnableEntitySupport) = (Converter, true));
    }

    /// <summary>Adds all orchestrators, activities and entities under the names that they were registered with.</summary>
    /// <exception cref="ArgumentException">A name is taken.</exception>
    public static DurableTaskRegistry Add(this DurableTaskRegistry tasks, DurableRegistry registry)
    {
        foreach (var entry in registry.Orchestrators.Values)
            tasks.AddOrchestrator(entry.Name, new OrchestrationAdapter(entry));
        foreach (var entry in registry.Activities.Values)
            tasks.AddActivity(entry.Name, entry);
        foreach (var (name, create) in registry.Entities)
            tasks.AddEntity(name, new EntityAdapter(name, create()));
        return tasks;
    }

    // One adapter for all calls, since it bounds how many run at once; made late, since only a host knows when it stops.
    private static void AddActivity(this DurableTaskRegistry tasks, string name, ActivityEntry entry)
    {
        ActivityAdapter? adapter = null;
        tasks.AddActivity(name, services => LazyInitializer.EnsureInitialized(
            ref adapter, () => new(entry, services.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? default)));
    }
}
