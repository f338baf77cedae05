using System.Text;
using DurableTrainer.Api.Views;
using DurableTrainer.Cli.Views;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Submission;
using DurableTrainer.Storage;
using DurableTrainer.Workers.Commands;
using DurableTrainer.Workers.Slices;

namespace DurableTrainer.Cli.Hosting;

/// <summary>Takes an experiment to its end in this process: a new one, or the one that an earlier run began.</summary>
internal sealed class Run(DataFolder folder, PreparedExperiment experiment, RunView view, int workers, AllowedCommands allowed)
{
    private readonly ExperimentCatalog catalog = new(folder.Store);

    /// <param name="anew">Whether to begin a new one in any case.</param>
    /// <param name="telemetry">Gets told more.</param>
    /// <param name="cancellation">Stops cleanly.</param>
    /// <returns>The exit status.</returns>
    public async Task<int> ToEndAsync(bool anew, Telemetry telemetry, CancellationToken cancellation)
    {
        if (!anew && await FinishedAsync(cancellation) is { } finished)
        {
            view.Tell($"{finished} is finished; start a new one with --new.");
            return await ShowResultAsync(finished, cancellation);
        }

        string id;
        await using (var host = await EmbeddedHost.OpenAsync(folder, workers, telemetry, cancellation, allowed))
        {
            id = await BeginAsync(host, anew, cancellation);
            await FollowAsync(host, id, cancellation);
        }

        return await ShowResultAsync(id, cancellation);
    }

    private async Task<string?> FinishedAsync(CancellationToken cancellation) =>
        folder.Exists
        && await catalog.LatestAsync(experiment.Spec.Name, cancellation) is { } latest
        && await IsThisAsync(latest, cancellation)
        && await catalog.ResultAsync(latest, cancellation) is { } result
        // What was turned away has not run: there may be room for it now.
        && result.Status != ExperimentStatus.Rejected
        && result.DataSha256 == experiment.Data.Sha256
            ? latest
            : null;

    private async Task<string> BeginAsync(EmbeddedHost host, bool anew, CancellationToken cancellation)
    {
        var unfinished = await host.Experiments.UnfinishedAsync(cancellation);
        var latest = anew ? null : await catalog.LatestAsync(experiment.Spec.Name, cancellation);
        if (latest is not null && await catalog.ResultAsync(latest, cancellation) is not null)
            latest = null;
        if (latest is not null)
            await RequireSameAsync(latest, cancellation);

        foreach (var other in unfinished.Where(other => other != latest))
        {
            // One that has a result is about to end.
            if (await catalog.ResultAsync(other, cancellation) is not null)
                continue;
            await host.Experiments.PauseAsync(other, cancellation);
            view.Tell($"{other} is unfinished and stays paused; run its own spec to go on with it.");
        }

        if (latest is null)
            return await host.Experiments.SubmitAsync(experiment, cancellation);
        await host.Experiments.ResumeAsync(latest, experiment, cancellation);
        view.Tell($"{latest} goes on where it was.");
        return latest;
    }

    private async Task FollowAsync(EmbeddedHost host, string id, CancellationToken cancellation)
    {
        void ShowEpoch(SliceRequest slice, EpochReport report) => view.Show(slice, report);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var telling = cancellation.Register(view.Stop);
        host.Workers.EpochReported += ShowEpoch;
        host.Disk.Told += view.Tell;
        try
        {
            var after = view.ShowsHistory ? null : await LastEventAsync(id, cancellation);
            view.Begin(id);
            host.Start();
            var cancelling = CancelRequest.WatchAsync(host, folder.WorkStore, id, stopping.Token);
            var publishing = new HostReports(host, folder.WorkStore, experiment.Spec.Quota.Tenant).PublishAsync(stopping.Token);
            var showing = ShowEventsAsync(host, id, after, stopping.Token);
            var ended = host.Experiments.WaitAsync(id, stopping.Token);
            await await Task.WhenAny(ended, host.Fault, cancelling);
            await showing;
            await stopping.CancelAsync();
            await publishing;
        }
        finally
        {
            await stopping.CancelAsync();
            host.Disk.Told -= view.Tell;
            host.Workers.EpochReported -= ShowEpoch;
            view.End();
        }
    }

    private async Task<string?> LastEventAsync(string id, CancellationToken cancellation) =>
        await folder.Store.ReadEventsAsync(id, cancellation) is [.., var last] ? last.Id : null;

    private async Task ShowEventsAsync(EmbeddedHost host, string id, string? after, CancellationToken cancellation)
    {
        await foreach (var happened in host.Events.FollowAsync(id, after, cancellation))
            view.Show(happened.Event);
    }

    private async Task<int> ShowResultAsync(string id, CancellationToken cancellation)
    {
        var result = (await catalog.ResultAsync(id, cancellation))!;
        view.Show(result, (await catalog.UsageAsync(id, cancellation))!, folder);
        var isGood = result.Status is not (ExperimentStatus.Failed or ExperimentStatus.Rejected)
            && (result.Status != ExperimentStatus.QuotaExhausted || result.Best is not null)
            && result.Replay is not { IsSame: false };
        return isGood ? ExitStatus.Done : ExitStatus.Failed;
    }

    private async Task<bool> IsThisAsync(string id, CancellationToken cancellation) =>
        await folder.Store.ReadAsync(ArtifactPaths.Spec(id), cancellation) is { } stored
        && Encoding.UTF8.GetString(stored) == SpecReader.Write(experiment.Spec)
        && (await folder.Store.ReadAsync(ArtifactPaths.Replay(id), cancellation) ?? []).AsSpan()
            .SequenceEqual(experiment.Replay is { } replay ? ArtifactJson.WriteFile(replay) : []);

    private async Task RequireSameAsync(string id, CancellationToken cancellation)
    {
        if (!await IsThisAsync(id, cancellation))
        {
            throw new UsageException(
                $"{id} is unfinished, and its spec differs from this one. Go on with its own spec, end it with `dtrain cancel {id}`, or start this one with --new.");
        }

        if (await folder.Store.ReadAsync(ArtifactPaths.Data(id), cancellation) is { } data
            && DataSource.Read(data) is var before && before.Sha256 != experiment.Data.Sha256)
        {
            throw new UsageException(
                $"{id} is unfinished, and its {before.Subject} has changed since it began (SHA-256 was {before.Sha256[..12]}…, is {experiment.Data.Sha256[..12]}…). Put the old files back to go on, or start anew with --new.");
        }
    }
}
