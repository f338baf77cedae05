using DurableTrainer.Bench.Tuner.Tasks;

namespace DurableTrainer.Bench.Tuner.Pictures;

/// <summary>For each task where the candidate's points came from as trials go by, such as the experts that a bandit chose among.</summary>
internal sealed class OriginPicture(TunerSettings settings, IReadOnlyList<SearchRun> runs)
{
    /// <summary>Trials to either side over which shares are averaged.</summary>
    private const int Reach = 2;

    private const double Opacity = 0.85;

    private readonly SearchRun[] own = [.. runs.Where(run => run.Plan.Agent == settings.Candidate && run.Plan.Batch == settings.Batch)];

    public string Draw()
    {
        var tasks = settings.Tasks;
        var colors = Palette.OfOrigins(own);
        var grid = new Grid(tasks.Count);
        var svg = new Svg(Math.Max(grid.Width, 760), grid.Height, $"Where the points of {settings.Candidate.ToName()} come from");
        Grid.Legend(svg, colors.Select(pair => (pair.Key, Swatch(svg, pair.Value))));
        foreach (var (number, task) in tasks.Index())
            DrawChart(svg, task, colors, Grid.PlotOf(number));
        return svg.ToString();
    }

    private static Action<double, double> Swatch(Svg svg, string color) =>
        (x, y) => svg.Area([(x, y - 5), (x + 16, y - 5), (x + 16, y + 5), (x, y + 5)], color, Opacity);

    private void DrawChart(Svg svg, SearchTask task, IReadOnlyDictionary<string, string> colors, (double X, double Y) plot)
    {
        svg.Text(plot.X, plot.Y - 9, task.Name, "title");
        Grid.TrialAxis(svg, plot.X, plot.Y, settings.Trials);
        foreach (var (text, share) in new[] { ("0%", 0.0), ("50%", 0.5), ("100%", 1) })
            svg.Text(plot.X - 5, plot.Y + Grid.PlotHeight * (1 - share) + 3.5, text, "quiet end");
        SearchRun[] searches = [.. own.Where(run => run.Plan.Task == task && run.Origins.Count > 0)];
        if (searches.Length == 0)
            return;

        var trials = searches.Max(run => run.Origins.Count);
        var below = new double[trials];
        foreach (var (origin, color) in colors)
        {
            double[] above = [.. below.Select((share, i) => share + ShareOf(origin, searches, i))];
            if (above.SequenceEqual(below))
                continue;
            var upper = above.Select((share, i) => (plot.X + Grid.Across(i + 1, settings.Trials), plot.Y + Grid.PlotHeight * (1 - share)));
            var lower = below.Select((share, i) => (plot.X + Grid.Across(i + 1, settings.Trials), plot.Y + Grid.PlotHeight * (1 - share)));
            svg.Area([.. upper, .. lower.Reverse()], color, Opacity);
            below = above;
        }
    }

    private static double ShareOf(string origin, SearchRun[] searches, int trial)
    {
        string[] around = [.. searches.SelectMany(run => run.Origins.Skip(trial - Reach).Take(Math.Min(trial, Reach) + Reach + 1))];
        return around.Length == 0 ? 0 : around.Count(other => Palette.ShortNameOf(other) == origin) / (double)around.Length;
    }
}
