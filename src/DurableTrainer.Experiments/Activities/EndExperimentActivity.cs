using System.Text;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Training;
using DurableTrainer.Core.Trials;
using DurableTrainer.Durable;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Reports;
using DurableTrainer.Experiments.Submission;
using DurableTrainer.Experiments.Workflows;
using DurableTrainer.Storage;
using DurableTrainer.Training.Parallel.Pipeline.Timelines;
using DurableTrainer.Workers.Slices;

namespace DurableTrainer.Experiments.Activities;

/// <summary>Writes the model, what the experiment found, which parameters mattered, what they went with, what it took, and a report of it all.</summary>
internal sealed class EndExperimentActivity(ArtifactStore store, EventLog events) : Activity<ExperimentEnding, Unit>
{
    /// <summary>Of trials, in the report.</summary>
    private const int MostTimelines = 4;

    public override async Task<Unit> RunAsync(ActivityContext context, ExperimentEnding input, CancellationToken cancellation)
    {
        var spec = await SpecArtifact.ReadAsync(store, input.Experiment, cancellation);
        var data = DataSource.Read(await store.RequireAsync(ArtifactPaths.Data(input.Experiment), cancellation));
        var trials = new List<TrialSummary>();
        for (var trial = 0; trial < input.Trials; trial++)
            trials.Add(await store.RequireJsonAsync<TrialSummary>(ArtifactPaths.TrialSummary(input.Experiment, trial), cancellation));

        BestModel? best = null;
        if (input.Best is { } result)
        {
            var summary = trials[result.Trial];
            var lineage = ModelExport.LineageOf(summary);
            var export = new ModelExport(store, input.Experiment, spec, data, ArtifactPaths.Model(input.Experiment));
            best = new BestModel
            {
                Trial = summary.Trial,
                Epoch = summary.BestEpoch!.Value,
                Value = summary.Value!.Value,
                IsBelieved = input.IsBelieved ? true : null,
                Point = lineage?[^1].Point ?? summary.Point,
                Lineage = lineage,
                Metrics = Merge(summary.Metrics!, input.Test),
                Model = export.ModelPath,
            };
            await export.WriteAsync(summary, lineage, cancellation);
        }

        var happened = await store.ReadEventsAsync(input.Experiment, cancellation);
        var usage = new ExperimentUsage
        {
            StartedAt = happened.Append(input.Event).First().Time,
            EndedAt = input.Event.Time,
            Total = input.Usage,
            Trials = [.. trials.Select(trial => trial.Usage ?? Usage.None)],
        };
        var (importance, correlations) = (ImportanceReports.Of(spec, trials, happened), CorrelationReports.Of(spec, trials, happened));
        await store.WriteAsync(ArtifactPaths.Usage(input.Experiment), ArtifactJson.WriteFile(usage), cancellation);
        await store.WriteAsync(ArtifactPaths.Importance(input.Experiment), ArtifactJson.WriteFile(importance), cancellation);
        await store.WriteAsync(ArtifactPaths.Correlations(input.Experiment), ArtifactJson.WriteFile(correlations), cancellation);
        // Nobody takes anything over any more.
        foreach (var trial in spec.Adaptation is null ? [] : trials)
            await store.DeleteAsync(ArtifactPaths.Milestones(input.Experiment, trial.Trial), cancellation);
        var found = new ExperimentResult
        {
            Experiment = input.Experiment,
            Name = spec.Name,
            Status = input.Status,
            Reason = input.Reason,
            Objective = spec.Objective[0],
            Objectives = spec.Objective.Count > 1 ? spec.Objective : null,
            Best = best,
            Front = spec.Objective.Count > 1 ? ParetoFront.Of(spec.Objective, trials) : null,
            Replay = await ReplayedAsync(input.Experiment, cancellation),
            Experts = input.Experts,
            DataSha256 = data.Sha256,
            Trials = [.. trials.Select(trial => trial with { Usage = null })],
        };
        var pipelines = await PipelinesAsync(input, spec, cancellation);
        var report = ExperimentReport.Write(new ReportContent(spec, found, usage, happened, importance, correlations) { Pipelines = pipelines });
        await store.WriteAsync(ArtifactPaths.Report(input.Experiment), Encoding.UTF8.GetBytes(report), cancellation);
        // The last of the files: who finds it finds the others.
        await store.WriteAsync(ArtifactPaths.Result(input.Experiment), ArtifactJson.WriteFile(found), cancellation);
        await events.AppendAsync(input.Experiment, [input.Event], cancellation);
        await events.TellAsync(input.Experiment, story => story.Tell(spec.Name, input.Event), cancellation);
        return new Unit();
    }

    /// <summary>Of the trials whose gaps were used most, and where none were, of the first ones.</summary>
    private async Task<IReadOnlyList<PipelineTimeline>> PipelinesAsync(ExperimentEnding input, ExperimentSpec spec, CancellationToken cancellation)
    {
        if (spec.Training.RunsCommand || spec.Training.Bind(SearchPlans.AnyPoint(spec)).Parallel is not PipelineParallelSpec)
            return [];
        var timelines = new List<PipelineTimeline>();
        for (var trial = 0; trial < input.Trials; trial++)
        {
            if (await store.ReadJsonAsync<PipelineTimeline>(ArtifactPaths.Timeline(input.Experiment, trial), cancellation) is { } timeline)
                timelines.Add(timeline);
        }

        return [.. timelines.OrderByDescending(timeline => timeline.Gain ?? 1).Take(MostTimelines).OrderBy(timeline => timeline.Trial)];
    }

    private async Task<ReplayOutcome?> ReplayedAsync(string experiment, CancellationToken cancellation) =>
        await store.ReadJsonAsync<Replay>(ArtifactPaths.Replay(experiment), cancellation) is not { } replay ? null
        : new ReplayOutcome(
            replay.Experiment,
            await store.ReadAsync(ArtifactPaths.ModelSafetensors(experiment), cancellation) is { } model && replay.IsSame(model));

    private static SortedDictionary<string, double> Merge(IReadOnlyDictionary<string, double> validation, IReadOnlyDictionary<string, double>? test) =>
        new(validation.Concat(test ?? new Dictionary<string, double>()).ToDictionary(), StringComparer.Ordinal);
}
