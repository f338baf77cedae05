using DurableTrainer.Api;
using DurableTrainer.Api.Data;
using DurableTrainer.DurableTask;
using DurableTrainer.Experiments;
using DurableTrainer.Experiments.Housekeeping;
using DurableTrainer.Experiments.Retuning;
using DurableTrainer.Workers.Commands;
using Microsoft.DurableTask.Client;

namespace DurableTrainer.Functions;

/// <summary>What works on experiments from outside. It is made with the first client that a trigger's binding gives: all of an app are the same.</summary>
internal sealed class Desk(AppSettings settings, Workflows workflows)
{
    /// <summary>The host takes no requests above 100 MiB.</summary>
    public const long MostUploadBytes = 100_000_000;

    private Tools? tools;

    public ApiServices Api => Required.Api;

    public Retuner Retuner => Required.Retuner;

    public Housekeeper Housekeeper => Required.Housekeeper;

    private Tools Required => tools ?? throw new InvalidOperationException("No trigger has brought a client yet.");

    public void Open(DurableTaskClient client) => LazyInitializer.EnsureInitialized(ref tools, () => Create(client));

    private Tools Create(DurableTaskClient client)
    {
        var durable = new ClientAdapter(client, workflows.Registry);
        string[] pools = [Workflows.Pool, .. settings.Pools];
        var experiments = new ExperimentClient(durable, settings.Store);
        var api = new ApiServices(settings.Store, experiments, workflows.Live, new BlobDataRoot(settings.Uploads))
        {
            Pools = pools,
            Files = settings.Files,
            MostUploadBytes = MostUploadBytes,
        };
        return new(
            api,
            new Retuner(experiments, settings.WorkStore, pools, AllowedCommands.None, TimeProvider.System, settings.Files),
            new Housekeeper(durable, settings.WorkStore, TimeProvider.System));
    }

    private sealed record Tools(ApiServices Api, Retuner Retuner, Housekeeper Housekeeper);
}
