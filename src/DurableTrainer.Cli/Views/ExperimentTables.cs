using DurableTrainer.Api.Views;
using DurableTrainer.Experiments.Artifacts;
using Spectre.Console;

namespace DurableTrainer.Cli.Views;

/// <summary>Experiments and trials as tables.</summary>
internal static class ExperimentTables
{
    public static void Write(IReadOnlyList<ExperimentView> views, bool isInUse, IAnsiConsole console)
    {
        if (views.Count == 0)
        {
            console.WriteLine("There are no experiments here yet.");
            return;
        }

        var table = Bordered("experiment", "status", "trials", "best", "objective", "started");
        foreach (var view in views)
        {
            table.AddRow(
                Markup.Escape(view.Id), Status(view, isInUse), $"{view.EndedTrials}/{view.BudgetTrials}",
                Format.Value(view.Best?.Value), Markup.Escape(view.Metric), view.StartedAt?.ToString("u") ?? "–");
        }

        console.Write(table);
    }

    public static void Write(ExperimentView view, bool isInUse, ExperimentUsage? usage, IAnsiConsole console)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn();
        grid.AddRow("experiment", Markup.Escape(view.Id));
        grid.AddRow("status", Status(view, isInUse) + Markup.Escape(view.Reason is null ? "" : $" – {view.Reason}"));
        grid.AddRow("trials", $"{view.EndedTrials} ended, {view.RunningTrials} under way, at most {view.BudgetTrials}");
        if (view.Best is { } best)
        {
            grid.AddRow("best", Markup.Escape($"trial {best.Trial}: {view.Metric} {Format.Value(best.Value)} with {Format.Point(best.Point)}" +
                (best.IsBelieved == true ? $" – {TunerText.Believed}" : "")));
            if (best.Metrics is { } metrics)
                grid.AddRow("", Markup.Escape(string.Join("  ", metrics.Select(metric => $"{metric.Key} {Format.Value(metric.Value)}"))));
            if (best.Lineage is { } lineage)
                grid.AddRow("lineage", Markup.Escape(Format.Lineage(lineage)));
        }

        if (view.Experts is { } experts)
            grid.AddRow("experts", Markup.Escape(TunerText.Experts(experts)));
        if (usage is not null)
        {
            grid.AddRow("took", $"{Format.Duration(usage.EndedAt - usage.StartedAt)}; workers {Format.Duration(usage.Total.WallClock)}, " +
                $"{Format.Duration(usage.Total.CpuTime)} CPU time, {usage.Total.Epochs} epochs, peak {Format.Bytes(usage.Total.PeakMemoryBytes)}");
        }

        console.Write(grid);
    }

    /// <param name="trials">The trials.</param>
    /// <param name="metrics">The metrics of the objectives.</param>
    /// <param name="console">Where to.</param>
    public static void Write(IReadOnlyCollection<TrialView> trials, IReadOnlyList<string> metrics, IAnsiConsole console)
    {
        var table = Bordered(["trial", "status", "epochs", .. metrics, "point", "last word"]);
        foreach (var trial in trials)
        {
            table.AddRow([
                $"{trial.Trial}", Status(trial.Status), $"{trial.Epochs}",
                .. metrics.Select(metric => Format.Value(trial.Values is { } values ? Format.In(values, metric) : trial.Value)),
                Markup.Escape(Format.Point(trial.Point)), Markup.Escape(Format.FirstLine(trial.Message))]);
        }

        console.Write(table);
    }

    /// <summary>The trials of a Pareto front, from which users choose.</summary>
    public static void Write(IReadOnlyList<FrontView> front, IReadOnlyList<string> metrics, IAnsiConsole console)
    {
        var table = Bordered(["trial", .. metrics, "point"]).Title("[bold]Pareto front[/]");
        foreach (var trial in front)
        {
            table.AddRow([
                $"{trial.Trial}", .. metrics.Select(metric => Format.Value(Format.In(trial.Values, metric))),
                Markup.Escape(Format.Point(trial.Point))]);
        }

        console.Write(table);
    }

    public static Table Bordered(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        foreach (var column in columns)
            table.AddColumn(new TableColumn(Markup.Escape(column)));
        return table;
    }

    /// <summary>An experiment without a result goes on only while a process works on its folder.</summary>
    private static string Status(ExperimentView view, bool isInUse) =>
        view.Status == ExperimentStatus.Running && !isInUse ? "[yellow]unfinished[/]" : Status(Text(view.Status));

    /// <summary>In words: <c>quota exhausted</c>.</summary>
    public static string Text(ExperimentStatus status) => status == ExperimentStatus.QuotaExhausted ? "quota exhausted" : status.ToString().ToLowerInvariant();

    public static string Status(string status) => status switch
    {
        "completed" => "[green]completed[/]",
        "failed" => "[red]failed[/]",
        "rejected" => "[red]rejected[/]",
        "waiting" or "quota exhausted" => $"[yellow]{status}[/]",
        "stopped" => "[grey]stopped[/]",
        "cancelled" => "[yellow]cancelled[/]",
        "running" => "[blue]running[/]",
        _ => Markup.Escape(status),
    };
}
