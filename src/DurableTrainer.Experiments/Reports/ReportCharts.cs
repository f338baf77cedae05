using System.Text;
using DurableTrainer.Core.Spec;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Tuning;

namespace DurableTrainer.Experiments.Reports;

/// <summary>The pictures of a report.</summary>
internal static class ReportCharts
{
    /// <summary>Each trial's objective, and the best until then.</summary>
    public static void Progress(StringBuilder page, ReportContent content)
    {
        var objective = content.Result.Objective;
        var trials = content.Result.Trials.Where(trial => trial.Value is { } value && double.IsFinite(value)).ToList();
        if (trials.Count == 0)
            return;
        var chart = new Chart((0, Math.Max(1, content.Result.Trials.Count - 1)), Chart.RangeOf(Central(trials.ConvertAll(trial => trial.Value!.Value))), "trial", objective.Metric);
        var best = new List<(double X, double Y)>();
        foreach (var trial in trials)
        {
            var value = trial.Value!.Value;
            if (best.Count == 0 || (objective.Goal == Goal.Maximize ? value > best[^1].Y : value < best[^1].Y))
            {
                if (best.Count > 0)
                    best.Add((trial.Trial, best[^1].Y));
                best.Add((trial.Trial, value));
            }
        }

        best.Add((content.Result.Trials.Count - 1, best[^1].Y));
        chart.Line(best, "best", "the best until then");
        foreach (var trial in trials)
        {
            chart.Dot(trial.Trial, trial.Value!.Value, trial.Status.ToString().ToLowerInvariant(),
                $"trial {trial.Trial}: {Markup.Number(trial.Value)} after {trial.Epochs} epochs, {trial.Status.ToString().ToLowerInvariant()}; {trial.Point}");
        }

        chart.AppendTo(page);
        page.Append("<p class=\"soft\">A dot is a trial: <span class=\"ok\">green</span> trained to its end, grey was stopped early. The line is the best until then; what is far worse lies at the edge.</p>\n");
    }

    /// <summary>What each trial had when it was compared with others.</summary>
    public static void Curves(StringBuilder page, ReportContent content)
    {
        var curves = content.Events
            .Where(happened => happened is { Type: ExperimentEventType.SliceEnded, Trial: not null, Epoch: not null, Value: { } value } && double.IsFinite(value))
            .GroupBy(happened => happened.Trial!.Value)
            .Select(curve => (Trial: curve.Key, Points: curve.Select(happened => ((double)happened.Epoch!.Value, happened.Value!.Value)).ToList()))
            .ToList();
        if (curves.Count == 0)
            return;
        var chart = new Chart(
            Chart.RangeOf(curves.SelectMany(curve => curve.Points.Select(point => point.Item1))),
            Chart.RangeOf(Central([.. curves.SelectMany(curve => curve.Points.Select(point => point.Item2))])),
            "epoch", content.Result.Objective.Metric);
        foreach (var (trial, points) in curves)
            chart.Line(points, trial == content.Result.Best?.Trial ? "best" : "curve", $"trial {trial}");
        foreach (var (trial, points) in curves.Where(curve => curve.Points.Count == 1))
            chart.Dot(points[0].Item1, points[0].Item2, "stopped", $"trial {trial}");
        chart.AppendTo(page);
    }

    /// <summary>When each trial ran.</summary>
    public static void Timeline(StringBuilder page, ReportContent content)
    {
        var spans = new SortedDictionary<int, (DateTimeOffset From, DateTimeOffset To)>();
        foreach (var happened in content.Events.Where(happened => happened.Trial is not null))
        {
            spans[happened.Trial!.Value] = spans.TryGetValue(happened.Trial.Value, out var span) ? (span.From, happened.Time) : (happened.Time, happened.Time);
        }

        if (spans.Count == 0)
            return;
        var begin = content.Usage.StartedAt;
        var chart = new Chart((0, Math.Max(0.001, (content.Usage.EndedAt - begin).TotalSeconds)), (-1, spans.Keys.Max() + 1), "seconds since the start", "trial");
        foreach (var (trial, span) in spans)
        {
            var status = content.Result.Trials.ElementAtOrDefault(trial)?.Status ?? TrialStatus.Completed;
            chart.Bar((span.From - begin).TotalSeconds, (span.To - begin).TotalSeconds, trial, 0.8, status.ToString().ToLowerInvariant(), $"trial {trial}: {Markup.Duration(span.To - span.From)}, {status.ToString().ToLowerInvariant()}");
        }

        chart.AppendTo(page);
    }

    /// <summary>What the units of pipelined trials did in an iteration.</summary>
    public static void Pipelines(StringBuilder page, ReportContent content)
    {
        foreach (var timeline in content.Pipelines)
        {
            var seen = timeline.Epoch is { } epoch ? $", after {epoch} epochs" : "";
            var gain = timeline.Gain is { } factor ? $"; with what fills it, {Markup.Number(Math.Round(factor, 2))} times as much is done" : "";
            page.Append(TimelineChart.Write(timeline)).Append("<p class=\"soft\">").Append(Markup.Text(
                $"Trial {timeline.Trial}{seen}: an iteration of {timeline.MicroBatches} micro-batches takes {Markup.Number(1000 * timeline.Seconds)} ms, and leaves its units idle for {Markup.Percent(timeline.BubbleShare)} of it{gain}."))
                .Append("</p>\n");
        }
    }

    /// <summary>Without the few that went so wrong that all others would look the same.</summary>
    private static List<double> Central(List<double> values)
    {
        var sorted = values.Order().ToList();
        double At(double share) => sorted[(int)(share * (sorted.Count - 1))];
        var reach = 3 * (At(0.75) - At(0.25));
        return reach > 0 ? values.FindAll(value => value >= At(0.25) - reach && value <= At(0.75) + reach) : values;
    }
}
