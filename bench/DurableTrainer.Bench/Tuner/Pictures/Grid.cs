namespace DurableTrainer.Bench.Tuner.Pictures;

/// <summary>Where small charts stand that share a picture and a legend above them.</summary>
internal readonly record struct Grid(int Charts)
{
    public const double PlotWidth = 200;
    public const double PlotHeight = 120;

    private const int Columns = 4;
    private const double CellWidth = 260;
    private const double CellHeight = 185;
    private const double Left = 48;
    private const double Top = 62;

    public double Width => CellWidth * Math.Min(Columns, Charts) + 12;

    public double Height => Top - 26 + CellHeight * ((Charts + Columns - 1) / Columns);

    /// <summary>The upper left corner of a chart's plot.</summary>
    public static (double X, double Y) PlotOf(int chart) => (Left + CellWidth * (chart % Columns), Top + CellHeight * (chart / Columns));

    /// <summary>Names beside what they look like, from left to right.</summary>
    public static void Legend(Svg svg, IEnumerable<(string Name, Action<double, double> Draw)> entries)
    {
        var x = Left;
        foreach (var (name, draw) in entries)
        {
            draw(x, 18);
            svg.Text(x + 22, 22, name);
            x += 40 + 7 * name.Length;
        }
    }

    /// <summary>The number of trials below a plot.</summary>
    public static void TrialAxis(Svg svg, double left, double top, int trials)
    {
        svg.Text(left, top + PlotHeight + 14, "1", "quiet middle");
        svg.Text(left + PlotWidth, top + PlotHeight + 14, $"{trials} trials", "quiet end");
    }

    public static double Across(int trial, int trials) => PlotWidth * (trial - 1) / Math.Max(1, trials - 1);
}
