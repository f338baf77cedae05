using DurableTrainer.Bench.Tuner.Pictures;

namespace DurableTrainer.Bench.Data;

/// <summary>One run, step by step: how long each took, what was simulated, and the bounds.</summary>
internal static class DataPicture
{
    private const double Width = 760, Height = 220, Left = 52, Right = 20, Top = 46;
    private const double Radius = 1.4, Opacity = 0.6;
    private const string StepColor = "#3b8fd4", SimulatedColor = "#e0662f", BoundColor = "#25a18e";

    public static string Draw(DataFigures figures)
    {
        var steps = figures.Run.Steps;
        // What the system did in single steps is beyond the picture.
        var most = 1.6 * Math.Max(figures.Simulated.Max(step => step.Seconds), figures.NewBoundSeconds);
        var svg = new Svg(Width, Top + Height + 40, "Step times of two units that share batches, before and after one of them slows down");
        svg.Text(Left, 20, "milliseconds of a step, by processor time; duty cycles 1 and 1/2, then 1/3 and 1/2", "title");
        foreach (var (x, color, name) in new[] { (0, StepColor, "taken"), (90, SimulatedColor, "simulated"), (200, BoundColor, "bound") })
        {
            svg.Dot(Left + x, 33, 3, color, 1);
            svg.Text(Left + x + 8, 37, name);
        }

        for (var tick = 0; tick <= 4; tick++)
        {
            svg.GridLine(Left, Down(most * tick / 4), Width - Right, Down(most * tick / 4));
            svg.Text(Left - 5, Down(most * tick / 4) + 3.5, FormattableString.Invariant($"{1000 * most * tick / 4:0.0}"), "quiet end");
        }

        for (var number = 0; number <= steps.Count; number += Math.Max(1, steps.Count / 4))
            svg.Text(Across(number), Top + Height + 13, FormattableString.Invariant($"{number}"), "quiet middle");
        svg.Text(Width - Right, Top + Height + 26, "steps", "quiet end");
        svg.Dots(steps.Index().Where(one => one.Item.Seconds <= most).Select(one => (Across(one.Index), Down(one.Item.Seconds))), Radius, StepColor, Opacity);
        svg.Line(figures.Simulated.Index().SelectMany(one => new[] { (Across(one.Index), Down(one.Item.Seconds)), (Across(one.Index + 1), Down(one.Item.Seconds)) }), SimulatedColor, 1.5);
        var slow = figures.Setting.StepsBefore;
        svg.Line([(Across(0), Down(figures.BoundSeconds)), (Across(slow), Down(figures.BoundSeconds))], BoundColor, 1.5);
        svg.Line([(Across(slow), Down(figures.NewBoundSeconds)), (Across(steps.Count), Down(figures.NewBoundSeconds))], BoundColor, 1.5);
        return svg.ToString();

        double Across(int number) => Left + (Width - Left - Right) * number / steps.Count;

        double Down(double seconds) => Top + Height * (1 - seconds / most);
    }
}
