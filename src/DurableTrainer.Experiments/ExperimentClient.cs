using System.Text;
using DurableTrainer.Core.Spec;
using DurableTrainer.Durable;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Submission;
using DurableTrainer.Experiments.Workflows;
using DurableTrainer.Storage;

namespace DurableTrainer.Experiments;

/// <summary>Submits experiments and steers them.</summary>
public sealed class ExperimentClient(DurableClient durable, ArtifactStore store)
{
    /// <summary>Stores an experiment and starts it.</summary>
    /// <returns>Its id: the name and a number.</returns>
    public async Task<string> SubmitAsync(PreparedExperiment experiment, CancellationToken cancellation = default)
    {
        var spec = Encoding.UTF8.GetBytes(SpecReader.Write(experiment.Spec));
        var id = await NextIdAsync(experiment.Spec.Name, cancellation);
        // The spec claims the id and is written last: what has a spec is complete.
        await store.WriteAsync(ArtifactPaths.Data(id), experiment.Data.Write(), cancellation);
        if (!await store.TryCreateAsync(ArtifactPaths.Spec(id), spec, cancellation))
            throw new InvalidOperationException($"The id '{id}' was taken in this moment; submit again.");
        await durable.ScheduleAsync(WorkflowNames.Experiment, new ExperimentInput(id), id, cancellation: cancellation);
        return id;
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

    public async Task ResumeAsync(string id, CancellationToken cancellation = default)
    {
        if (await durable.GetAsync(id, cancellation) is null)
            await durable.ScheduleAsync(WorkflowNames.Experiment, new ExperimentInput(id), id, cancellation: cancellation);
        await ForFamilyAsync(id, InstanceStatus.Suspended, instance => durable.ResumeAsync(instance, cancellation), cancellation);
    }

    /// <summary>Starts nothing more of an experiment until it is resumed; slices that run end in peace.</summary>
    public Task PauseAsync(string id, CancellationToken cancellation = default) =>
        ForFamilyAsync(id, InstanceStatus.Running, instance => durable.SuspendAsync(instance, "paused", cancellation), cancellation);

    /// <summary>Ends an experiment with what it has found so far.</summary>
    public async Task CancelAsync(string id, string reason, CancellationToken cancellation = default)
    {
        await durable.RaiseEventAsync(id, WorkflowNames.Cancel, reason, cancellation);
        await ResumeAsync(id, cancellation);
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

    private async Task ForFamilyAsync(string id, InstanceStatus status, Func<string, Task> act, CancellationToken cancellation)
    {
        var page = await durable.ListAsync(new InstanceQuery { Prefix = id, Statuses = [status], PageSize = int.MaxValue }, cancellation);
        foreach (var instance in page.Instances.Select(state => state.InstanceId))
        {
            if (instance == id || instance.StartsWith(id + "/", StringComparison.Ordinal))
                await act(instance);
        }
    }

    private async Task<string> NextIdAsync(string name, CancellationToken cancellation) =>
        $"{name}-{(await ExperimentIds.NumbersOfAsync(store, name, cancellation)).DefaultIfEmpty().Max() + 1}";
}
