using System.Globalization;
using System.Text;
using DurableTrainer.Bench.Reports;

namespace DurableTrainer.Bench.Async;

/// <summary>The figures as tables.</summary>
internal static class AsyncTables
{
    /// <summary>The window against the current staleness: what runs of each came to, with a row for each setting and number of learners.</summary>
    public static string Sweep(IReadOnlyList<AsyncFigures> figures)
    {
        var table = new MarkdownTable("learners", "setting", "window", "± error", "current", "± error", "above the window", "± error", "in errors");
        foreach (var pair in figures.Chunk(2))
        {
            var (window, current) = (pair[0], pair[1]);
            table.Add(
                $"{window.Setting.Learners}", window.Setting.Name, Loss(window.Loss, window), Loss(window.StandardError, window),
                Loss(current.Loss, current), Loss(current.StandardError, current), Signed(current.Difference, current),
                Loss(current.DifferenceError, current), Errors(current));
        }

        return $"Task `{figures[0].Task.Name}`, {figures[0].Losses.Count} seeds:\n\n{table}";
    }

    /// <summary>All rules in all settings, with a table for each task.</summary>
    public static string Markdown(IReadOnlyList<AsyncFigures> figures)
    {
        var text = new StringBuilder();
        foreach (var task in figures.GroupBy(one => one.Task.Name))
        {
            text.Append(CultureInfo.InvariantCulture, $"Task `{task.Key}`, {task.First().Setting.Learners} learners, {task.First().Losses.Count} seeds:\n\n");
            var table = new MarkdownTable("setting", "rule", "loss", "± error", "above the window", "± error", "in errors", "mean step", "diverged");
            foreach (var one in task)
            {
                var isWindow = one.Rule == AsyncRule.Window;
                table.Add(
                    one.Setting.Name, one.Rule.Name, Loss(one.Loss, one), Loss(one.StandardError, one),
                    isWindow ? "–" : Signed(one.Difference, one), isWindow ? "–" : Loss(one.DifferenceError, one),
                    isWindow ? "–" : Errors(one),
                    Format(one.MeanStep, "0.00000"), $"{one.Diverged}");
            }

            text.Append(table).Append('\n');
        }

        return text.ToString().TrimEnd() + "\n";
    }

    private static string Loss(double value, AsyncFigures of) => of.Diverged > 0 ? "–" : Format(value, "0.0000");

    private static string Signed(double value, AsyncFigures of) => of.Diverged > 0 ? "–" : Format(value, "+0.0000;-0.0000;0");

    private static string Errors(AsyncFigures of) => of.Diverged > 0 ? "–" : Format(of.Difference / of.DifferenceError, "+0.0;-0.0;0");

    private static string Format(double value, string format) => double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) : "–";
}
