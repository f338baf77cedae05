using System.Globalization;
using System.Text;
using DurableTrainer.Bench.Reports;

namespace DurableTrainer.Bench.Async;

/// <summary>The figures as tables, one for each task.</summary>
internal static class AsyncTables
{
    public static string Markdown(IReadOnlyList<AsyncFigures> figures)
    {
        var text = new StringBuilder();
        foreach (var task in figures.GroupBy(one => one.Task.Name))
        {
            text.Append(CultureInfo.InvariantCulture, $"Task `{task.Key}`, {AsyncSetting.Learners} learners, {task.First().Losses.Count} seeds:\n\n");
            var table = new MarkdownTable("setting", "rule", "loss", "± error", "above the window", "± error", "in errors", "mean step", "diverged");
            foreach (var one in task)
            {
                var isWindow = one.Rule == AsyncRule.Window;
                table.Add(
                    one.Setting.Name, one.Rule.Name, Loss(one.Loss, one), Loss(one.StandardError, one),
                    isWindow ? "–" : Signed(one.Difference, one), isWindow ? "–" : Loss(one.DifferenceError, one),
                    isWindow || one.Diverged > 0 ? "–" : Format(one.Difference / one.DifferenceError, "+0.0;-0.0;0"),
                    Format(one.MeanStep, "0.00000"), $"{one.Diverged}");
            }

            text.Append(table).Append('\n');
        }

        return text.ToString().TrimEnd() + "\n";
    }

    private static string Loss(double value, AsyncFigures of) => of.Diverged > 0 ? "–" : Format(value, "0.0000");

    private static string Signed(double value, AsyncFigures of) => of.Diverged > 0 ? "–" : Format(value, "+0.0000;-0.0000;0");

    private static string Format(double value, string format) => double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) : "–";
}
