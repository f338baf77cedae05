using DurableTrainer.Bench.Tuner.Reports;
using DurableTrainer.Bench.Tuner.Tasks;
using DurableTrainer.Core.Space;

namespace DurableTrainer.Bench.Tuner.Pictures;

/// <summary>
/// One search in two dimensions, seen twice: where its points lie between lines of equal value, the early ones large, and what they
/// reached, one after the other.
/// </summary>
internal sealed class MapPicture(TunerSettings settings, IReadOnlyList<SearchRun> runs)
{
    private const double Left = 44;
    private const double Top = 62;
    private const double Side = 330;
    private const double ChartLeft = Left + Side + 64;
    private const double ChartWidth = 370;
    private const int Cells = 80;
    private const int Numbered = 10;
    private static readonly double[] Levels = [0.3, 1, 3, 10, 30, 100];

    private static readonly SearchTask Task = ReferenceTasks.All.Single(task => task.Name == "branin");

    private readonly SearchRun[] own = [.. runs.Where(run => run.Plan.Agent == settings.Candidate && run.Plan.Batch == settings.Batch)];

    /// <returns>Null when no such search is among the runs.</returns>
    public string? Draw()
    {
        if (own.FirstOrDefault(run => run.Plan.Task == Task && run.Points.Count > 0) is not { } search)
            return null;
        var colors = Palette.OfOrigins(own);
        var svg = new Svg(ChartLeft + ChartWidth + 16, Top + Side + 26, $"One search of {settings.Candidate.ToName()} on {Task.Name}");
        var present = search.Origins.Select(Palette.ShortNameOf).ToHashSet();
        Grid.Legend(svg, colors.Where(pair => present.Contains(pair.Key)).Select(pair => (pair.Key, Swatch(svg, pair.Value))));
        DrawMap(svg, search, colors);
        DrawRegrets(svg, search, colors);
        return svg.ToString();
    }

    private static Action<double, double> Swatch(Svg svg, string color) => (x, y) => svg.Dot(x + 10, y, 5, color, 0.9);

    private static void DrawMap(Svg svg, SearchRun search, IReadOnlyDictionary<string, string> colors)
    {
        var space = new SearchSpace(Task.Space, []);
        svg.Text(Left, Top - 9, $"{Task.Name}: points, the early ones large", "title");
        var contours = Contours.Of(Cells, (x, y) => Task.Value(space.Decode([x, y])) - Task.Optimum);
        foreach (var (number, level) in Levels.Index())
        {
            var lines = contours.At(level).Select(line => (Place(line.From), Place(line.To)));
            svg.Segments(lines, 0.95 - 0.12 * number);
        }

        svg.Line([(Left, Top), (Left + Side, Top), (Left + Side, Top + Side), (Left, Top + Side), (Left, Top)], "#8b949e", 1);
        foreach (var (parameter, number) in Task.Space.Select((parameter, number) => (parameter, number)))
        {
            var (least, most) = (parameter.Decode(0), parameter.Decode(1));
            var across = number == 0;
            svg.Text(across ? Left : Left - 5, across ? Top + Side + 14 : Top + Side, least.ToString(), across ? "quiet" : "quiet end");
            svg.Text(across ? Left + Side : Left - 5, across ? Top + Side + 14 : Top + 8, most.ToString(), "quiet end");
            svg.Text(across ? Left + Side / 2 : Left - 5, across ? Top + Side + 14 : Top + Side / 2, parameter.Name, across ? "quiet middle" : "quiet end");
        }

        var unit = new double[Task.Space.Count];
        foreach (var (trial, point) in search.Points.Index())
        {
            space.Encode(point, unit);
            var (x, y) = Place((unit[0], unit[1]));
            svg.Dot(x, y, trial < Numbered ? 7.5 : 6 - 3.5 * trial / search.Points.Count, ColorOf(search, trial, colors), 0.85);
            if (trial < Numbered)
                svg.Text(x, y + 3, $"{trial + 1}", "inside");
        }
    }

    private static void DrawRegrets(Svg svg, SearchRun search, IReadOnlyDictionary<string, string> colors)
    {
        double[] regrets = [.. search.Points.Select(point => Math.Max(0, Task.Value(point) - Task.Optimum))];
        var axis = LogarithmicAxis.Over(regrets);
        double Down(double regret) => Top + Side * (1 - axis.Of(regret));
        double Across(int trial) => ChartLeft + ChartWidth * trial / Math.Max(1, regrets.Length - 1);

        svg.Text(ChartLeft, Top - 9, "regret of each trial, and the best so far", "title");
        foreach (var tick in axis.Ticks())
        {
            svg.GridLine(ChartLeft, Down(tick), ChartLeft + ChartWidth, Down(tick));
            svg.Text(ChartLeft - 9, Down(tick) + 3.5, Written.Number(tick), "quiet end");
        }

        var best = regrets.Select((_, trial) => regrets.Take(trial + 1).Min()).ToArray();
        var steps = best.SelectMany((regret, trial) => new[] { (Across(trial), Down(best[Math.Max(0, trial - 1)])), (Across(trial), Down(regret)) });
        svg.Line(steps, "#8b949e", 1.4);
        foreach (var (trial, regret) in regrets.Index())
            svg.Dot(Across(trial), Down(regret), 3.5, ColorOf(search, trial, colors), 0.9);
        svg.Text(ChartLeft, Top + Side + 14, "1", "quiet middle");
        svg.Text(ChartLeft + ChartWidth, Top + Side + 14, $"{regrets.Length} trials", "quiet end");
    }

    private static string ColorOf(SearchRun search, int trial, IReadOnlyDictionary<string, string> colors) =>
        colors[Palette.ShortNameOf(search.Origins[trial])];

    private static (double X, double Y) Place((double X, double Y) unit) => (Left + Side * unit.X, Top + Side * (1 - unit.Y));
}
