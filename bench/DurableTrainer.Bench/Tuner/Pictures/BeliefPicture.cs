namespace DurableTrainer.Bench.Tuner.Pictures;

/// <summary>How losses are bent before a Gaussian process sees them, what it then believes, and where it expects the most improvement.</summary>
internal static class BeliefPicture
{
    private const double Top = 50;
    private const double WarpLeft = 40;
    private const double WarpSide = 210;
    private const double ChartLeft = WarpLeft + WarpSide + 58;
    private const double ChartWidth = 490;
    private const double GainTop = Top + WarpSide + 34;
    private const double GainHeight = 90;
    private const int Steps = 245;
    private const double Lowest = -2.6;
    private const double Highest = 2.6;

    /// <summary>How many powers of e of the expected improvement are shown.</summary>
    private const double Depth = 16;

    private static readonly string Seen = Palette.Of(Core.Spec.TunerAgent.Bandit);
    private static readonly string Believed = Palette.Of(Core.Spec.TunerAgent.Gp);
    private static readonly string Hoped = Palette.Of(Core.Spec.TunerAgent.Tpe);

    /// <summary>Where something was seen, from 0 to 1.</summary>
    private static readonly double[] Points = [0.04, 0.2, 0.36, 0.5, 0.74, 0.85, 0.97];

    public static string Draw()
    {
        var svg = new Svg(ChartLeft + ChartWidth + 14, GainTop + GainHeight + 24, "Warped losses, the belief of a Gaussian process, and its expected improvement");
        DrawWarping(svg);
        var belief = new ExampleBelief(Points, ExampleBelief.Warped([.. Points.Select(Loss)]));
        DrawBelief(svg, belief);
        DrawImprovement(svg, belief);
        return svg.ToString();
    }

    /// <summary>Like that of a learning rate: flat where it is too small, a valley, and a wall where training diverges.</summary>
    private static double Loss(double rate) =>
        1 - 0.8 * Math.Exp(-Math.Pow((rate - 0.64) / 0.14, 2)) + 0.1 * Math.Sin(9 * rate) + 500 * Math.Pow(Math.Max(0, rate - 0.8), 2);

    private static void DrawWarping(Svg svg)
    {
        const double Worst = 8;
        static (double, double) Place(double scaled, double target) =>
            (WarpLeft + WarpSide * (scaled + 1) / (Worst + 1), Top + WarpSide * (1 - (target + 1) / (Worst + 1)));
        svg.Text(WarpLeft, Top - 12, "losses, as they are and warped", "title");
        foreach (var tick in new[] { -1, 0, 2, 4, 6, 8 })
        {
            var (x, y) = Place(tick, tick);
            svg.GridLine(WarpLeft, y, WarpLeft + WarpSide, y);
            svg.Text(WarpLeft - 5, y + 3.5, $"{tick}", "quiet end");
            svg.Text(x, Top + WarpSide + 14, $"{tick}", "quiet middle");
        }

        svg.Line([Place(-1, -1), Place(Worst, Worst)], "#8b949e", 1.2);
        svg.Line(Enumerable.Range(0, 91).Select(i => -1 + i / 10.0).Select(scaled => Place(scaled, ExampleBelief.Warp(scaled))), Seen, 2.2);
        foreach (var (scaled, name) in new[] { (-1.0, "best"), (0, "median") })
        {
            var (x, y) = Place(scaled, scaled);
            svg.Dot(x, y, 4, Seen, 1);
            svg.Text(x + 9, y + 3, name, "quiet");
        }
    }

    private static void DrawBelief(Svg svg, ExampleBelief belief)
    {
        svg.Text(ChartLeft, Top - 12, "seen (dots), believed (line; band of two deviations)", "title");
        for (var tick = -2; tick <= 2; tick++)
        {
            svg.GridLine(ChartLeft, Down(tick), ChartLeft + ChartWidth, Down(tick));
            svg.Text(ChartLeft - 7, Down(tick) + 3.5, $"{tick}", "quiet end");
        }

        var upper = Along().Select(at => (Across(at), Down(belief.At(at).Mean + 2 * belief.At(at).Deviation)));
        var lower = Along().Select(at => (Across(at), Down(belief.At(at).Mean - 2 * belief.At(at).Deviation)));
        svg.Area([.. upper, .. lower.Reverse()], Believed, 0.22);
        svg.Line(Along().Select(at => (Across(at), Down(belief.At(at).Mean))), Believed, 2);
        foreach (var point in Points)
            svg.Dot(Across(point), Down(belief.At(point).Mean), 4.5, Seen, 1);
    }

    private static void DrawImprovement(Svg svg, ExampleBelief belief)
    {
        svg.Text(ChartLeft, GainTop - 10, "expected improvement (area), its logarithm (line), and the next point", "title");
        double[] gains = [.. Along().Select(belief.ExpectedImprovement)];
        var most = gains.Max();
        const double Bottom = GainTop + GainHeight;
        var area = Along().Zip(gains, (at, gain) => (Across(at), Bottom - GainHeight * gain / most));
        svg.Area([(ChartLeft, Bottom), .. area, (ChartLeft + ChartWidth, Bottom)], Hoped, 0.35);
        double LogDown(double gain) => GainTop + GainHeight * Math.Clamp(Math.Log(most / Math.Max(gain, 1e-300)) / Depth, 0, 1);
        svg.Line(Along().Zip(gains, (at, gain) => (Across(at), LogDown(gain))), Hoped, 1.6);
        svg.GridLine(ChartLeft, Bottom, ChartLeft + ChartWidth, Bottom);
        var next = Along().MaxBy(belief.ExpectedImprovement);
        svg.Line([(Across(next), Top), (Across(next), Bottom)], "#8b949e", 1.2);
        svg.Text(ChartLeft, Bottom + 14, "low", "quiet");
        svg.Text(ChartLeft + ChartWidth / 2, Bottom + 14, "one parameter, such as the logarithm of a learning rate", "quiet middle");
        svg.Text(ChartLeft + ChartWidth, Bottom + 14, "high", "quiet end");
    }

    private static IEnumerable<double> Along() => Enumerable.Range(0, Steps + 1).Select(step => (double)step / Steps);

    private static double Across(double at) => ChartLeft + ChartWidth * at;

    private static double Down(double target) => Top + WarpSide * (Highest - Math.Clamp(target, Lowest, Highest)) / (Highest - Lowest);
}
