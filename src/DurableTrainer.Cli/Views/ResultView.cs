using DurableTrainer.Api.Views;
using DurableTrainer.Core.Spec;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;
using DurableTrainer.Tuning;
using Spectre.Console;

namespace DurableTrainer.Cli.Views;

/// <summary>The end of an experiment on the screen: the best trials, what ended the search, and where the model is.</summary>
internal static class ResultView
{
    private const int BestTrials = 5;

    public static void Write(ExperimentResult result, ExperimentUsage usage, DataFolder folder, IAnsiConsole console)
    {
        if (result is { Front: { } front, Objectives: { } objectives })
        {
            ExperimentTables.Write(
                [.. front.Select(trial => new FrontView(trial.Trial, trial.Values, trial.Point))], [.. objectives.Select(objective => objective.Metric)], console);
        }
        else if (result.Trials.Count > 0)
        {
            WriteBestTrials(result, console);
        }

        var count = result.Trials.CountBy(trial => trial.Status).ToDictionary();
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn();
        grid.AddRow("[bold]ended[/]", Markup.Escape($"{ExperimentTables.Text(result.Status)} – {result.Reason}"));
        grid.AddRow("[bold]trials[/]", result.Trials.Count == 0 ? "none" : string.Join(", ", Enum.GetValues<TrialStatus>()
            .Where(count.ContainsKey).Select(status => $"{count[status]} {status.ToString().ToLowerInvariant()}")));
        if (result.Best is { } best)
        {
            grid.AddRow("[bold]best[/]", Markup.Escape($"trial {best.Trial}, epoch {best.Epoch}: " +
                string.Join("  ", best.Metrics.Where(metric => !metric.Key.StartsWith("train.", StringComparison.Ordinal))
                    .Select(metric => $"{metric.Key} {Format.Value(metric.Value)}")) + (best.IsBelieved == true ? $" – {TunerText.Believed}" : "")));
            if (best.Lineage is { } lineage)
                grid.AddRow("[bold]lineage[/]", Markup.Escape(Format.Lineage(lineage)));
            grid.AddRow("[bold]model[/]", Markup.Escape(Shown(folder, best.Model)));
        }

        if (result.Replay is { } replay)
        {
            grid.AddRow("[bold]replay[/]", Markup.Escape(replay.IsSame
                ? $"the model of {replay.Experiment}, bit for bit"
                : $"not the model of {replay.Experiment}: its numbers differ; on processors of another kind, or with another version, they may"));
        }

        if (result.Experts is { } experts)
            grid.AddRow("[bold]experts[/]", Markup.Escape(TunerText.Experts(experts)));
        grid.AddRow("[bold]took[/]", $"{Format.Duration(usage.EndedAt - usage.StartedAt)} – {usage.Total.Epochs} epochs, " +
            $"{Format.Duration(usage.Total.CpuTime)} of CPU time, {Format.Bytes(usage.Total.PeakMemoryBytes)} peak memory of a worker");
        grid.AddRow("[bold]files[/]", Markup.Escape(Shown(folder, ArtifactPaths.Result(result.Experiment))));
        console.Write(grid);
    }

    private static void WriteBestTrials(ExperimentResult result, IAnsiConsole console)
    {
        var ranked = result.Trials.Where(trial => trial.Value is not null)
            .OrderBy(trial => trial, Comparer<TrialSummary>.Create((a, b) => Compare(result.Objective, a, b)));
        var table = ExperimentTables.Bordered("trial", result.Objective.Metric, "epoch", "status", "point").Title("[bold]Best trials[/]");
        foreach (var trial in ranked.Take(BestTrials))
        {
            table.AddRow(
                $"{trial.Trial}", Format.Value(trial.Value), $"{trial.BestEpoch} of {trial.Epochs}",
                ExperimentTables.Status(trial.Status.ToString().ToLowerInvariant()), Markup.Escape(Format.Point(trial.Point)));
        }

        console.Write(table);
    }

    private static string Shown(DataFolder folder, string artifact) =>
        Path.GetRelativePath(Environment.CurrentDirectory, Path.Combine(folder.Root, artifact));

    private static int Compare(ObjectiveSpec objective, TrialSummary a, TrialSummary b) =>
        objective.IsBetter(a.Value!.Value, b.Value!.Value) ? -1
        : objective.IsBetter(b.Value.Value, a.Value.Value) ? 1
        : a.Trial.CompareTo(b.Trial);
}
