using DurableTrainer.Bench.Tuner.Reference;
using DurableTrainer.Bench.Tuner.Reports;
using DurableTrainer.Bench.Tuner.Tasks;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Bench.Tuner.Pictures;

/// <summary>For each task of a set how regret falls from trial to trial: medians, with bands between the quartiles.</summary>
internal sealed class RegretPicture(TunerSettings settings, TaskSet set, IReadOnlyList<SearchRun> runs)
{
    private const double Thin = 1.4;
    private const double Thick = 2.2;

    /// <summary>A band, from trial 1 on.</summary>
    private sealed record Curve(TunerAgent Agent, Regrets[] AtTrial);

    public string Draw()
    {
        SearchTask[] tasks = [.. set.Tasks.Where(settings.Tasks.Contains)];
        var grid = new Grid(tasks.Length);
        var svg = new Svg(Math.Max(grid.Width, 760), grid.Height, $"Regret by trial on the tasks of the {set.Name} set");
        Grid.Legend(svg, Entries(svg));
        foreach (var (number, task) in tasks.Index())
            DrawChart(svg, task, Grid.PlotOf(number));
        return svg.ToString();
    }

    private IEnumerable<(string, Action<double, double>)> Entries(Svg svg)
    {
        foreach (var agent in settings.Agents)
            yield return (agent.ToName(), (x, y) => svg.Line([(x, y), (x + 16, y)], Palette.Of(agent), ThicknessOf(agent)));
        if (set != TaskSet.Reference)
            yield break;
        foreach (var (sampler, corners, color) in Marks())
            yield return (sampler, (x, y) => svg.Mark(x + 10, y, corners, color));
    }

    private void DrawChart(Svg svg, SearchTask task, (double X, double Y) plot)
    {
        var curves = settings.Agents.Select(agent => CurveOf(task, agent)).OfType<Curve>().ToArray();
        var marks = MarksOf(task).ToArray();
        var quantiles = curves.SelectMany(curve => curve.AtTrial).SelectMany(at => new[] { at.LowerQuartile, at.Median, at.UpperQuartile });
        var axis = LogarithmicAxis.Over([.. quantiles, .. marks.Select(mark => mark.Median)]);
        double Down(double value) => plot.Y + Grid.PlotHeight * (1 - axis.Of(value));
        double Across(int trial) => plot.X + Grid.Across(trial, settings.Trials);

        svg.Text(plot.X, plot.Y - 9, task.Name, "title");
        foreach (var tick in axis.Ticks())
        {
            svg.GridLine(plot.X, Down(tick), plot.X + Grid.PlotWidth, Down(tick));
            svg.Text(plot.X - 5, Down(tick) + 3.5, Written.Number(tick), "quiet end");
        }

        Grid.TrialAxis(svg, plot.X, plot.Y, settings.Trials);
        foreach (var curve in curves)
        {
            var upper = curve.AtTrial.Select((at, i) => (Across(i + 1), Down(at.UpperQuartile)));
            var lower = curve.AtTrial.Select((at, i) => (Across(i + 1), Down(at.LowerQuartile)));
            svg.Area([.. upper, .. lower.Reverse()], Palette.Of(curve.Agent), 0.12);
        }

        // The candidate is drawn last, above the others.
        foreach (var curve in curves.OrderBy(curve => curve.Agent == settings.Candidate))
            svg.Line(curve.AtTrial.Select((at, i) => (Across(i + 1), Down(at.Median))), Palette.Of(curve.Agent), ThicknessOf(curve.Agent));
        foreach (var mark in marks)
            svg.Mark(Across(mark.Trials), Down(mark.Median), mark.Corners, mark.Color);
    }

    private Curve? CurveOf(SearchTask task, TunerAgent agent)
    {
        SearchRun[] own = [.. runs.Where(run => run.Plan.Task == task && run.Plan.Agent == agent && run.Plan.Batch == settings.Batch)];
        var trials = Enumerable.Range(1, settings.Trials);
        return own.Length == 0 ? null : new Curve(agent, [.. trials.Select(trial => Regrets.Of(own, trial)!)]);
    }

    private IEnumerable<(int Trials, double Median, int Corners, string Color)> MarksOf(SearchTask task) =>
        from mark in Marks()
        from trials in OptunaFigures.Checkpoints
        where trials <= settings.Trials
        let regrets = Regrets.OfOptuna(task, mark.Sampler, trials)
        where regrets is not null
        select (trials, regrets.Median, mark.Corners, mark.Color);

    private static IEnumerable<(string Sampler, int Corners, string Color)> Marks() =>
    [
        (OptunaFigures.Tpe, 0, Palette.Of(TunerAgent.Tpe)),
        (OptunaFigures.Gp, 4, Palette.Of(TunerAgent.Gp)),
        (OptunaFigures.Random, 3, Palette.Of(TunerAgent.Random)),
    ];

    private double ThicknessOf(TunerAgent agent) => agent == settings.Candidate ? Thick : Thin;
}
