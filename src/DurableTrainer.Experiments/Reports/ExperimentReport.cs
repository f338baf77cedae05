using System.Text;
using DurableTrainer.Core.Spec;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Tuning.Costs;
using DurableTrainer.Tuning.Insight;

namespace DurableTrainer.Experiments.Reports;

/// <summary>An ended experiment as a page that needs nothing else: no script, no font, no other file.</summary>
public static class ExperimentReport
{
    private const string Style = """
        :root{color-scheme:light dark;--ink:#1d2733;--soft:#5d6b7a;--line:#d9e0e7;--paper:#fff;--best:#0b7285;--ok:#2b8a3e;--stop:#868e96;--bad:#c92a2a}
        @media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa7b4;--line:#2d3743;--paper:#12171d;--best:#3bc9db;--ok:#51cf66;--stop:#868e96;--bad:#ff6b6b}}
        body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:900px;margin:2rem auto;padding:0 1rem}
        h1{margin-bottom:0}h2{margin-top:2.2rem;border-bottom:1px solid var(--line);padding-bottom:.2rem}p.soft{color:var(--soft);margin-top:.2rem}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.2rem}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
        table{border-collapse:collapse;width:100%;font-size:13px}th,td{text-align:left;padding:.25rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
        th{color:var(--soft);font-weight:600}.wide{overflow-x:auto}pre{background:color-mix(in srgb,var(--ink) 6%,transparent);padding:1rem;overflow-x:auto;font-size:12px}
        svg{width:100%;height:auto}svg text{fill:var(--soft);font-size:12px}.grid{stroke:var(--line)}polyline{fill:none}.best{stroke:var(--best);stroke-width:2}
        .curve{stroke:var(--stop);stroke-opacity:.45}circle,rect{fill-opacity:.75}.completed{fill:var(--ok)}.stopped{fill:var(--stop)}.failed{fill:var(--bad)}.cancelled{fill:var(--soft)}
        .ok{color:var(--ok)}.bar{display:inline-block;height:.7em;background:var(--best);margin-right:.5em}
        """;

    public static string Write(ReportContent content)
    {
        var (spec, result) = (content.Spec, content.Result);
        var page = new StringBuilder();
        page.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
        page.Append("<title>").Append(Markup.Text(result.Experiment)).Append("</title>\n<style>").Append(Style).Append('\n').Append(TimelineChart.Rules).Append("</style></head><body>\n");
        page.Append("<h1>").Append(Markup.Text(result.Experiment)).Append("</h1>\n<p class=\"soft\">").Append(Markup.Text($"{Name(result.Status)}: {result.Reason}")).Append("</p>\n");
        Summary(page, content);
        Section(page, "Progress", p => ReportCharts.Progress(p, content));
        if (result.Front is { Count: > 0 } front)
        {
            Section(page, "Pareto front", p => Markup.Table(
                p,
                ["trial", .. spec.Objective.Select(objective => objective.Metric), "point"],
                front.Select(trial => (IReadOnlyList<string>)[$"{trial.Trial}", .. spec.Objective.Select(objective => Markup.Number(trial.Values.GetValueOrDefault(objective.Metric))), Markup.Text($"{trial.Point}")])));
        }

        Section(page, "Learning curves", p => ReportCharts.Curves(p, content));
        foreach (var report in content.Importance)
            Section(page, $"What mattered for {report.Metric}", p => Importance(p, report));
        Section(page, "What went with what", p => Correlations(p, content.Correlations));
        Section(page, "Timeline", p => ReportCharts.Timeline(p, content));
        Section(page, "Pipelines", p => ReportCharts.Pipelines(p, content));
        Section(page, "Trials", p => Trials(p, content));
        Section(page, "Spec", p => p.Append("<pre>").Append(Markup.Text(SpecReader.Write(spec))).Append("</pre>\n"));
        return page.Append("</body></html>\n").ToString();
    }

    private static void Summary(StringBuilder page, ReportContent content)
    {
        var (result, usage) = (content.Result, content.Usage);
        page.Append("<dl>");
        if (result.Best is { } best)
        {
            Row("best", $"{result.Objective.Metric} {Markup.Number(best.Value)}, trial {best.Trial}, epoch {best.Epoch}");
            Row("with", $"{best.Point}");
            Row("measured", string.Join(", ", best.Metrics.Select(metric => $"{metric.Key} {Markup.Number(metric.Value)}")));
            Row("model", best.Model);
        }

        Row("trials", string.Join(", ", result.Trials.CountBy(trial => trial.Status).OrderBy(count => count.Key).Select(count => $"{count.Value} {count.Key.ToString().ToLowerInvariant()}")));
        Row("took", $"{Markup.Duration(usage.EndedAt - usage.StartedAt)}: {usage.Total.Epochs} epochs, {Markup.Duration(usage.Total.CpuTime)} of CPU time, {usage.Total.PeakMemoryBytes >> 20} MiB peak memory of a worker");
        Row("started", $"{usage.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");
        Row("data", $"SHA-256 {result.DataSha256}");
        page.Append("</dl>\n");

        void Row(string name, string text) => page.Append("<dt>").Append(name).Append("</dt><dd>").Append(Markup.Text(text)).Append("</dd>\n");
    }

    /// <summary>A part that says nothing is left out with its heading.</summary>
    private static void Section(StringBuilder page, string title, Action<StringBuilder> write)
    {
        var body = new StringBuilder();
        write(body);
        if (body.Length > 0)
            page.Append("<h2>").Append(Markup.Text(title)).Append("</h2>\n").Append(body);
    }

    private static void Importance(StringBuilder page, ImportanceReport report)
    {
        if (report.Missing is { } missing)
        {
            page.Append("<p class=\"soft\">").Append(Markup.Text(missing)).Append("</p>\n");
            return;
        }

        Markup.Table(page, ["parameter", "share of the variance", "best"], report.Parameters.Select(effect => (IReadOnlyList<string>)
        [
            Markup.Text(effect.Name),
            $"<span class=\"bar\" style=\"width:{(int)(200 * Math.Clamp(effect.Share, 0, 1))}px\"></span>{Markup.Percent(effect.Share)}",
            Markup.Text(string.Join(effect.IsRange ? " to " : ", ", effect.Best.Distinct())),
        ]));
        if (report.Explained is { } explained)
            page.Append("<p class=\"soft\">").Append(Markup.Text($"{report.Trials} trials; {Markup.Percent(explained)} of the variance can be told from other trials.")).Append("</p>\n");
    }

    private static void Correlations(StringBuilder page, CorrelationReport report)
    {
        var sure = report.Pairs.Where(pair => pair.CorrectedPValue < 0.05).ToList();
        if (sure.Count == 0)
            return;
        Markup.Table(page, ["parameter", "with", "strength", "p, corrected", "trials"], sure.Select(pair => (IReadOnlyList<string>)
        [
            Markup.Text(pair.Parameter), Markup.Text(pair.Resource is { } resource ? NameOf(resource) : pair.Metric), Markup.Number(pair.Value), Markup.Number(pair.CorrectedPValue), $"{pair.Trials}",
        ]));
    }

    private static string NameOf(MeasuredResource resource) => resource switch
    {
        MeasuredResource.Memory => "memory",
        MeasuredResource.CpuTime => "CPU time of an epoch",
        _ => "time of an epoch",
    };

    private static void Trials(StringBuilder page, ReportContent content)
    {
        var metrics = content.Spec.Objective.Select(objective => objective.Metric).ToList();
        Markup.Table(page, ["trial", "status", "epochs", .. metrics, "point", "by", "why it ended"], content.Result.Trials.Select(trial => (IReadOnlyList<string>)
        [
            $"{trial.Trial}",
            trial.Status.ToString().ToLowerInvariant(),
            $"{trial.Epochs}",
            .. metrics.Select(metric => Markup.Number(trial.Values is { } values ? values.TryGetValue(metric, out var value) ? value : null : trial.Value)),
            Markup.Text($"{trial.Point}"),
            Markup.Text(trial.Origin),
            Markup.Text(trial.Reason?.Split('\n')[0]),
        ]));
    }

    private static string Name(ExperimentStatus status) => status == ExperimentStatus.QuotaExhausted ? "quota exhausted" : status.ToString().ToLowerInvariant();
}
