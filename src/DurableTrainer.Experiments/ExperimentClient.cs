using System.Text;
using DurableTrainer.Core.Spec;
using DurableTrainer.Durable;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Submission;
using DurableTrainer.Experiments.Workflows;
using DurableTrainer.Storage;
using DurableTrainer.Tuning.Quotas;

namespace DurableTrainer.Experiments;

/// <summary>Submits experiments and steers them.</summary>
public sealed class ExperimentClient(DurableClient durable, ArtifactStore store)
{
    /// <summary>Stores an experiment and starts it.</summary>
    /// <returns>Its id: the name and a number.</returns>
    /// <exception cref="SpecException">An experiment that it is to start from cannot be started from; nothing was stored.</exception>
    public async Task<string> SubmitAsync(PreparedExperiment experiment, CancellationToken cancellation = default)
    {
        var id = await ClaimAsync(experiment, cancellation);
        await CompleteSubmissionAsync(id, experiment, cancellation);
        return id;
    }

    /// <summary>What the quota of an experiment's tenant has too little of for it now, behind those that wait; none if it would be let in.</summary>
    public async Task<IReadOnlyList<Excess>> WouldExceedAsync(PreparedExperiment experiment, CancellationToken cancellation = default)
    {
        var spec = experiment.Spec;
        var account = await AccountAsync(spec.Quota.Tenant, cancellation);
        if (account.Resources.All(resource => resource.Allowed is null))
            return [];
        var expected = await UsageOutlook.OfAsync(store, spec, cancellation);
        return account.WouldExceed(AskedAmounts.Of(spec, spec.Budget.Trials, expected?.Usage));
    }

    /// <summary>The state of an experiment's workflow; null when it has none, or has none any more.</summary>
    public Task<InstanceState?> StateAsync(string id, CancellationToken cancellation = default) => durable.GetAsync(id, cancellation);

    /// <summary>Removes an ended experiment and all that belongs to it. Its id is not given to another. One that is not there is no error.</summary>
    /// <exception cref="InvalidOperationException">It has not ended.</exception>
    public async Task DeleteAsync(string id, CancellationToken cancellation = default)
    {
        if (!await store.ExistsAsync(ArtifactPaths.Data(id), cancellation) && !await store.ExistsAsync(ArtifactPaths.Spec(id), cancellation))
            return;
        var state = await durable.GetAsync(id, cancellation);
        // Its last event is told a moment before its workflow is over.
        if (state is { Status: InstanceStatus.Running } && await store.ExistsAsync(ArtifactPaths.Result(id), cancellation))
            state = await durable.WaitAsync(id, cancellation);
        if (state is { HasEnded: false })
            throw new InvalidOperationException($"{id} has not ended. Cancel it first.");
        await store.WriteAsync(ArtifactPaths.Deleted(id), ReadOnlyMemory<byte>.Empty, cancellation);
        // What has no spec is no experiment any more, even if the rest is removed by the next attempt.
        await store.DeleteAsync(ArtifactPaths.Spec(id), cancellation);
        foreach (var path in await store.ListAsync(ArtifactPaths.Experiment(id), cancellation))
        {
            if (path != ArtifactPaths.Deleted(id) && path != ArtifactPaths.Data(id))
                await store.DeleteAsync(path, cancellation);
        }

        await durable.PurgeAsync(id, cancellation);
        await store.DeleteAsync(ArtifactPaths.Data(id), cancellation);
    }

    /// <summary>Goes on with an experiment that was interrupted or paused, or whose submission was cut short.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="experiment">The same experiment, with its data where it lies now.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task ResumeAsync(string id, PreparedExperiment experiment, CancellationToken cancellation = default)
    {
        await store.WriteAsync(ArtifactPaths.Data(id), experiment.Data.Write(), cancellation);
        await ResumeAsync(id, cancellation);
    }

    /// <exception cref="InstanceNotFoundException">There is no such experiment.</exception>
    public async Task ResumeAsync(string id, CancellationToken cancellation = default)
    {
        await EnsureScheduledAsync(id, cancellation);
        await ResumeFamilyAsync(id, cancellation);
    }

    /// <summary>Starts nothing more of an experiment until it is resumed; slices that run end in peace.</summary>
    /// <exception cref="InstanceNotFoundException">There is no such experiment.</exception>
    public async Task PauseAsync(string id, CancellationToken cancellation = default)
    {
        await EnsureScheduledAsync(id, cancellation);
        // The experiment first, so that it starts no trial while its trials are looked for.
        await durable.SuspendAsync(id, "paused", cancellation);
        foreach (var trial in await TrialsAsync(id, [InstanceStatus.Pending, InstanceStatus.Running], cancellation))
            await durable.SuspendAsync(trial, "paused", cancellation);
    }

    /// <summary>Ends an experiment with what it has found so far.</summary>
    /// <exception cref="InstanceNotFoundException">There is no such experiment.</exception>
    public async Task CancelAsync(string id, string reason, CancellationToken cancellation = default)
    {
        await EnsureScheduledAsync(id, cancellation);
        // Before it is resumed, so that it starts nothing more.
        await durable.RaiseEventAsync(id, WorkflowNames.Cancel, reason, cancellation);
        await ResumeFamilyAsync(id, cancellation);
    }

    /// <summary>Waits for the end of an experiment.</summary>
    /// <exception cref="ExperimentFailedException">Its workflow broke.</exception>
    public async Task<ExperimentOutcome> WaitAsync(string id, CancellationToken cancellation = default)
    {
        var state = await durable.WaitAsync(id, cancellation);
        return state.Status == InstanceStatus.Completed
            ? state.ReadOutput<ExperimentOutcome>()
            : throw new ExperimentFailedException(id, state.Failure?.Message ?? state.Status.ToString(), state.Failure?.Details);
    }

    /// <summary>What a tenant may use, has used and holds.</summary>
    public async Task<TenantAccount> AccountAsync(string tenant, CancellationToken cancellation = default) =>
        TenantAccount.Of(tenant, await QuotaArtifact.ReadAsync(store, tenant, cancellation), await LedgerAsync(tenant, cancellation));

    /// <summary>What a tenant has used and holds.</summary>
    public Task<LedgerState> LedgerAsync(string tenant, CancellationToken cancellation = default) => durable.ReadLedgerAsync(tenant, cancellation);

    /// <summary>Experiments whose workflow has not ended, paused ones included.</summary>
    public async Task<IReadOnlyList<string>> UnfinishedAsync(CancellationToken cancellation = default)
    {
        var ids = new List<string>();
        var query = new InstanceQuery { Statuses = [InstanceStatus.Pending, InstanceStatus.Running, InstanceStatus.Suspended] };
        do
        {
            var page = await durable.ListAsync(query, cancellation);
            ids.AddRange(page.Instances.Where(instance => instance.Orchestrator == WorkflowNames.Experiment.Name).Select(instance => instance.InstanceId));
            query = query with { Continuation = page.Continuation };
        }
        while (query.Continuation is not null);
        return ids;
    }

    /// <summary>Takes the next free number; of several that submit at once, each gets its own.</summary>
    internal async Task<string> ClaimAsync(PreparedExperiment experiment, CancellationToken cancellation)
    {
        // What it is to start from must be there before anything is stored.
        _ = await EarlierExperiments.ReadAsync(store, experiment.Spec, cancellation);
        var number = (await ExperimentIds.NumbersOfAsync(store, experiment.Spec.Name, cancellation)).DefaultIfEmpty().Max();
        string id;
        do
            id = ExperimentIds.Of(experiment.Spec.Name, ++number);
        while (await durable.GetAsync(id, cancellation) is not null
            || await store.ExistsAsync(ArtifactPaths.Deleted(id), cancellation)
            || !await store.TryCreateAsync(ArtifactPaths.Data(id), experiment.Data.Write(), cancellation));
        return id;
    }

    /// <summary>Stores what is missing of an experiment whose id is taken, and starts it. Done twice, it is done once.</summary>
    internal async Task CompleteSubmissionAsync(string id, PreparedExperiment experiment, CancellationToken cancellation)
    {
        if (!await store.ExistsAsync(ArtifactPaths.Spec(id), cancellation))
        {
            if (experiment.Spec.Tuner.TransferFrom.Count > 0)
            {
                var transferred = await EarlierExperiments.ReadAsync(store, experiment.Spec, cancellation);
                await store.WriteAsync(ArtifactPaths.Transfer(id), Encoding.UTF8.GetBytes(ArtifactJson.WriteLine(transferred)), cancellation);
            }

            if (experiment.Replay is { } replay)
                await store.WriteAsync(ArtifactPaths.Replay(id), ArtifactJson.WriteFile(replay), cancellation);
            // Written last: what has a spec is complete.
            await store.WriteAsync(ArtifactPaths.Spec(id), Encoding.UTF8.GetBytes(SpecReader.Write(experiment.Spec)), cancellation);
        }

        if (await durable.GetAsync(id, cancellation) is null)
            await ScheduleAsync(id, cancellation);
    }

    /// <summary>
    /// Schedules an experiment whose submission was cut short after its spec was stored, and anew one whose workflow broke before it had
    /// a result: its tuner and its checkpoints are still there, so that it soon is where it was.
    /// </summary>
    private async Task EnsureScheduledAsync(string id, CancellationToken cancellation)
    {
        var state = await durable.GetAsync(id, cancellation);
        if (state is { HasEnded: false } || (state is not null && await store.ExistsAsync(ArtifactPaths.Result(id), cancellation)))
            return;
        // One that has ended and was forgotten must not begin again.
        if (!await store.ExistsAsync(ArtifactPaths.Spec(id), cancellation) || await store.ExistsAsync(ArtifactPaths.Result(id), cancellation))
            throw new InstanceNotFoundException(id);
        if (state is not null)
        {
            foreach (var trial in await TrialsAsync(id, [InstanceStatus.Pending, InstanceStatus.Running, InstanceStatus.Suspended], cancellation))
                await durable.TerminateAsync(trial, "started anew", cancellation);
            await durable.PurgeAsync(id, cancellation);
        }

        await ScheduleAsync(id, cancellation);
    }

    private async Task ScheduleAsync(string id, CancellationToken cancellation)
    {
        try
        {
            await durable.ScheduleAsync(WorkflowNames.Experiment, new ExperimentInput(id), id, cancellation: cancellation);
        }
        catch (InstanceExistsException)
        {
            // Another wanted the same at the same time, and was quicker.
        }
    }

    private async Task ResumeFamilyAsync(string id, CancellationToken cancellation)
    {
        foreach (var trial in await TrialsAsync(id, [InstanceStatus.Suspended], cancellation))
            await durable.ResumeAsync(trial, cancellation);
        await durable.ResumeAsync(id, cancellation);
    }

    private async Task<IReadOnlyList<string>> TrialsAsync(
        string id, IReadOnlyList<InstanceStatus> statuses, CancellationToken cancellation)
    {
        var query = new InstanceQuery { Prefix = WorkflowNames.TrialPrefix(id), Statuses = statuses, PageSize = int.MaxValue };
        var page = await durable.ListAsync(query, cancellation);
        return [.. page.Instances.Select(trial => trial.InstanceId)];
    }
}
