using DurableTrainer.Durable;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Workflows;
using DurableTrainer.Storage;

namespace DurableTrainer.Experiments.Housekeeping;

/// <summary>What a host does from time to time so that nothing is held or kept for ever. Any number of hosts may do it at once.</summary>
/// <param name="durable">Has the workflows.</param>
/// <param name="store">Where artifacts are.</param>
/// <param name="time">The clock that ages go by.</param>
public sealed class Housekeeper(DurableClient durable, ArtifactStore store, TimeProvider time)
{
    /// <summary>For so long the workflow of an ended experiment can still be looked at. Its artifacts stay until they are deleted.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    /// <summary>
    /// Gives back what the ledgers of tenants still hold for experiments whose workflow has ended without leaving, as one does that broke or was
    /// terminated from outside.
    /// </summary>
    /// <returns>The experiments that are made to leave.</returns>
    public async Task<IReadOnlyList<string>> SettleAsync(CancellationToken cancellation = default)
    {
        var settled = new List<string>();
        foreach (var tenant in await QuotaArtifact.TenantsAsync(store, cancellation))
        {
            var ledger = await durable.ReadLedgerAsync(tenant, cancellation);
            foreach (var experiment in ledger.Running.Concat(ledger.Waiting).Select(holding => holding.Experiment))
            {
                if (await durable.GetAsync(experiment, cancellation) is not { HasEnded: false } && await DismissAsync(tenant, experiment, cancellation))
                    settled.Add(experiment);
            }
        }

        return settled;
    }

    /// <summary>Forgets workflows of experiments that ended longer ago than <see cref="KeptFor"/>.</summary>
    /// <returns>Those experiments.</returns>
    public async Task<IReadOnlyList<string>> PurgeAsync(CancellationToken cancellation = default)
    {
        var before = time.GetUtcNow() - KeptFor;
        var purged = new List<string>();
        var query = new InstanceQuery { CreatedTo = before, Statuses = [InstanceStatus.Completed, InstanceStatus.Failed, InstanceStatus.Terminated] };
        do
        {
            var page = await durable.ListAsync(query, cancellation);
            foreach (var instance in page.Instances.Where(instance => instance.Orchestrator == WorkflowNames.Experiment.Name && instance.UpdatedAt < before))
            {
                // One that broke before it had a result may still be resumed.
                if (instance.Status != InstanceStatus.Completed && !await store.ExistsAsync(ArtifactPaths.Result(instance.InstanceId), cancellation))
                    continue;
                if (await durable.PurgeAsync(instance.InstanceId, cancellation))
                    purged.Add(instance.InstanceId);
            }

            query = query with { Continuation = page.Continuation };
        }
        while (query.Continuation is not null);
        return purged;
    }

    /// <returns>False when that is under way already.</returns>
    private async Task<bool> DismissAsync(string tenant, string experiment, CancellationToken cancellation)
    {
        var id = WorkflowNames.DismissalInstance(experiment);
        try
        {
            // Of an earlier time: it had left, was resumed, and broke again.
            await durable.PurgeAsync(id, cancellation);
            await durable.ScheduleAsync(WorkflowNames.Dismissal, new Dismissal(tenant, experiment), id, cancellation: cancellation);
            return true;
        }
        catch (Exception exception) when (exception is InstanceExistsException or InvalidOperationException)
        {
            // Another host was quicker, and it is under way.
            return false;
        }
    }
}
