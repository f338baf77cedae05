using System.Runtime.CompilerServices;
using DurableTrainer.Api.Views;
using DurableTrainer.Cli.Hosting;
using DurableTrainer.Core.Spec;
using DurableTrainer.Engine;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;
using DurableTrainer.Tuning.Insight;

namespace DurableTrainer.Cli.Sources;

/// <summary>The experiments of a data folder, whether or not another process works on it.</summary>
internal sealed class FolderSource(DataFolder folder, StandardErrorLog? log) : ExperimentSource
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);

    private readonly ExperimentCatalog catalog = new(folder.Store);

    public override bool IsWorkedOn => folder.IsInUse;

    public override Task<IReadOnlyList<ExperimentView>> ListAsync(CancellationToken cancellation) => catalog.ListAsync(cancellation: cancellation);

    public override Task<ExperimentView> GetAsync(string id, CancellationToken cancellation) => catalog.GetAsync(id, cancellation);

    public override Task<ExperimentSpec> SpecAsync(string id, CancellationToken cancellation) => catalog.SpecAsync(id, cancellation);

    public override Task<IReadOnlyList<TrialView>> TrialsAsync(string id, CancellationToken cancellation) => catalog.TrialsAsync(id, cancellation);

    public override Task<IReadOnlyList<ExperimentEvent>> EventsAsync(string id, CancellationToken cancellation) => catalog.EventsAsync(id, cancellation);

    public override async IAsyncEnumerable<ExperimentEvent> FollowAsync(string id, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval);
        var shown = 0;
        do
        {
            foreach (var happened in (await folder.Store.ReadEventsAsync(id, cancellation)).Skip(shown))
            {
                shown++;
                yield return happened;
                if (happened.Type == ExperimentEventType.ExperimentEnded)
                    yield break;
            }
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    public override Task<ExperimentUsage?> UsageAsync(string id, CancellationToken cancellation) => catalog.UsageAsync(id, cancellation);

    public override Task<IReadOnlyList<ImportanceReport>?> ImportanceAsync(string id, CancellationToken cancellation) => catalog.ImportanceAsync(id, cancellation);

    public override Task<CorrelationReport?> CorrelationsAsync(string id, CancellationToken cancellation) => catalog.CorrelationsAsync(id, cancellation);

    public override async Task<IReadOnlyList<ModelFile>> ModelAsync(string id, CancellationToken cancellation)
    {
        var view = await catalog.GetAsync(id, cancellation);
        var best = (await catalog.ResultAsync(id, cancellation))?.Best ?? throw NoModel(view);
        var files = new List<ModelFile>();
        foreach (var path in (string[])[best.Model, ArtifactPaths.ModelOnnx(id), ArtifactPaths.ModelJson(id)])
        {
            if (await folder.Store.ReadAsync(path, cancellation) is { } content)
                files.Add(new ModelFile(Path.GetFileName(path), content));
            else if (path != ArtifactPaths.ModelOnnx(id))
                throw NoModel(view);
        }

        return files;
    }

    public override async Task<byte[]> ReportAsync(string id, CancellationToken cancellation)
    {
        var view = await catalog.GetAsync(id, cancellation);
        return await folder.Store.ReadAsync(ArtifactPaths.Report(id), cancellation)
            ?? throw new UsageException($"Experiment '{view.Id}' has no report: {(view.IsOver ? "an earlier version ran it" : "it has not ended yet")}.");
    }

    public override async Task<Champion> ChampionAsync(string name, CancellationToken cancellation) =>
        (Names.IsName(name) ? await folder.Store.ReadJsonAsync<Champion>(ArtifactPaths.Champion(name), cancellation) : null)
        ?? throw new UsageException($"No model of the name '{name}' has been promoted; experiments with a section \"retune\" promote theirs.");

    public override async Task<string> CancelAsync(string id, CancellationToken cancellation)
    {
        var view = await catalog.GetAsync(id, cancellation);
        if (await catalog.ResultAsync(view.Id, cancellation) is not null)
            return $"{view.Id} has ended already ({view.Reason}).";
        await CancelRequest.LeaveAsync(folder.Store, view.Id, cancellation);
        try
        {
            await EndHereAsync(view.Id, cancellation);
            return $"{view.Id} is cancelled.";
        }
        catch (FolderLockedException)
        {
            return $"{view.Id} is running in another process, which ends it within moments.";
        }
    }

    public override async Task<string> PauseAsync(string id, CancellationToken cancellation)
    {
        await RequireUnfinishedAsync(id, "paused", cancellation);
        await using var host = await OpenAsync(cancellation);
        await host.Experiments.PauseAsync(id, cancellation);
        return $"{id} is paused.";
    }

    public override async Task<string> ResumeAsync(string id, CancellationToken cancellation)
    {
        await RequireUnfinishedAsync(id, "resumed", cancellation);
        await using var host = await OpenAsync(cancellation);
        await host.Experiments.ResumeAsync(id, cancellation);
        return $"{id} goes on with the next `dtrain run` or `dtrain serve` of this folder.";
    }

    public override async Task DeleteAsync(string id, CancellationToken cancellation)
    {
        await catalog.GetAsync(id, cancellation);
        await using var host = await OpenAsync(cancellation);
        try
        {
            await host.Experiments.DeleteAsync(id, cancellation);
        }
        catch (InvalidOperationException exception)
        {
            throw new UsageException(exception.Message);
        }
    }

    private async Task RequireUnfinishedAsync(string id, string done, CancellationToken cancellation)
    {
        if (await catalog.GetAsync(id, cancellation) is { IsOver: true } view)
            throw new UsageException($"{id} has ended ({view.Reason}); it cannot be {done}.");
    }

    /// <summary>The engine of the folder, in which nothing runs.</summary>
    private async Task<EmbeddedHost> OpenAsync(CancellationToken cancellation)
    {
        try
        {
            return await EmbeddedHost.OpenAsync(folder, workers: 1, telemetry: null, cancellation);
        }
        catch (FolderLockedException)
        {
            throw new UsageException("Another process works on the data folder. Ask it with --server if it is `dtrain serve`, or stop it first.");
        }
    }

    /// <summary>Takes an experiment that nobody works on to its end.</summary>
    private async Task EndHereAsync(string id, CancellationToken cancellation)
    {
        using var telemetry = Telemetry.Start(TelemetryRole.Host, log);
        await using var host = await EmbeddedHost.OpenAsync(folder, workers: 1, telemetry, cancellation);
        foreach (var other in (await host.Experiments.UnfinishedAsync(cancellation)).Where(other => other != id))
            await host.Experiments.PauseAsync(other, cancellation);
        // Slices that were under way see the flag before they load anything.
        await folder.Store.WriteAsync(ArtifactPaths.Stop(id), ReadOnlyMemory<byte>.Empty, cancellation);
        await host.Experiments.CancelAsync(id, CancelRequest.Reason, cancellation);
        host.Start();
        await await Task.WhenAny(host.Experiments.WaitAsync(id, cancellation), host.Fault);
    }
}
