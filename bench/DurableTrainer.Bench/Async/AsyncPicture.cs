using DurableTrainer.Bench.Tuner.Pictures;
using DurableTrainer.Training.Parallel.Async;

namespace DurableTrainer.Bench.Async;

/// <summary>One run, update by update: how stale each was, and what rate it was applied with by the window and by its own staleness.</summary>
internal static class AsyncPicture
{
    private const double Width = 760, Left = 52, Right = 20, Height = 130;
    private const double First = 46, Second = 232;
    private const double Radius = 1.2, Opacity = 0.5;
    private const string WindowColor = "#e0662f", CurrentColor = "#3b8fd4", StalenessColor = "#25a18e";

    /// <param name="window">A run whose rates the window scales.</param>
    /// <param name="current">The same with rates scaled by the current staleness.</param>
    public static string Draw(IReadOnlyList<UpdateRecord> window, IReadOnlyList<UpdateRecord> current)
    {
        var svg = new Svg(Width, Second + Height + 40, "Staleness and rate of every update of a run in which 4 learners become 16");
        var updates = window.Count;
        svg.Text(Left, 20, "4 learners, 16 from a third of the updates on; batches take log-normally long", "title");

        var stalest = LogarithmicAxis.Over([.. window.Select(record => record.Staleness + 1.0)]);
        Frame(svg, First, "staleness + 1", stalest, updates);
        svg.Dots(
            window.Index().Select(one => (Across(one.Index, updates), Down(First, stalest.Of(one.Item.Staleness + 1)))), Radius, StalenessColor,
            Opacity);

        var rates = LogarithmicAxis.Over([.. window.Concat(current).Select(record => record.Rate)]);
        Frame(svg, Second, "rate", rates, updates);
        Dots(svg, current, rates, CurrentColor);
        Dots(svg, window, rates, WindowColor);
        svg.Dot(Left + 60, Second - 13, 3, WindowColor, 1);
        svg.Text(Left + 68, Second - 9, "by the window");
        svg.Dot(Left + 160, Second - 13, 3, CurrentColor, 1);
        svg.Text(Left + 168, Second - 9, "by the current staleness");
        svg.Text(Width - Right, Second + Height + 26, "updates", "quiet end");
        return svg.ToString();
    }

    private static void Dots(Svg svg, IReadOnlyList<UpdateRecord> records, LogarithmicAxis axis, string color) => svg.Dots(
        records.Index().Select(one => (Across(one.Index, records.Count), Down(Second, axis.Of(one.Item.Rate)))), Radius, color, Opacity);

    private static void Frame(Svg svg, double top, string name, LogarithmicAxis axis, int updates)
    {
        svg.Text(Left, top - 9, name, "title");
        foreach (var tick in axis.Ticks())
        {
            svg.GridLine(Left, Down(top, axis.Of(tick)), Width - Right, Down(top, axis.Of(tick)));
            svg.Text(Left - 5, Down(top, axis.Of(tick)) + 3.5, FormattableString.Invariant($"{tick:0.#####}"), "quiet end");
        }

        for (var number = 0; number <= updates; number += Math.Max(1, updates / 4))
            svg.Text(Across(number, updates), top + Height + 13, FormattableString.Invariant($"{number}"), "quiet middle");
    }

    private static double Across(int number, int updates) => Left + (Width - Left - Right) * number / Math.Max(1, updates);

    private static double Down(double top, double share) => top + Height * (1 - share);
}
