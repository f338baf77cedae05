using System.Globalization;
using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Insight;
using Spectre.Console;

namespace DurableTrainer.Cli.Views;

/// <summary>Which parameters matter, as a table.</summary>
internal static class ImportanceTable
{
    private const int MostPairs = 5;

    /// <summary>Columns of a bar that stands for the whole variance.</summary>
    private const int BarWidth = 20;

    /// <summary>Below this share it makes no difference which value a parameter has.</summary>
    private const double LeastShare = 0.005;

    /// <summary>A pair below this share is not worth a line.</summary>
    private const double LeastPair = 0.01;

    public static void Write(ImportanceReport report, IAnsiConsole console)
    {
        if (report.Missing is { } missing)
        {
            console.WriteLine($"{report.Metric}: {missing}.");
            return;
        }

        var table = ExperimentTables.Bordered("parameter", "share", "", $"{report.Metric} is {(report.Goal == Goal.Maximize ? "highest" : "lowest")} at")
            .Title($"[bold]What {Markup.Escape(report.Metric)} depends on[/]");
        foreach (var effect in report.Parameters)
            table.AddRow(Markup.Escape(effect.Name), Percent(effect.Share), Bar(effect.Share), Markup.Escape(effect.Share < LeastShare ? "–" : Best(effect)));
        foreach (var pair in report.Pairs.Where(pair => pair.Share >= LeastPair).Take(MostPairs))
            table.AddRow(Markup.Escape($"{pair.First} with {pair.Second}"), Percent(pair.Share), Bar(pair.Share), "");
        console.Write(table);
        console.WriteLine(
            $"From {report.Trials} trials; {Percent(Math.Max(0, report.Explained!.Value))} of the variance can be told from other trials, with a deviation of {Format.Value(report.Noise)}."
            + (report.Cutoff is { } cutoff ? $" Values {(report.Goal == Goal.Maximize ? "below" : "above")} {Format.Value(cutoff)} count as that." : ""));
    }

    private static string Best(ParameterEffect effect) =>
        string.Join(effect.IsRange ? " to " : " or ", effect.Best.Distinct().Select(Format.Parameter));

    private static string Percent(double share) => share.ToString("0.0%", CultureInfo.InvariantCulture);

    private static string Bar(double share) => new('━', (int)Math.Round(share * BarWidth));
}
