using System.Globalization;
using DurableTrainer.Tuning.Costs;
using DurableTrainer.Tuning.Insight;
using Spectre.Console;

namespace DurableTrainer.Cli.Views;

/// <summary>What goes with what, as a table: a row for each parameter, a column for each resource and objective.</summary>
internal static class CorrelationTable
{
    /// <summary>Above it a correlation may well be chance.</summary>
    private const double Level = 0.05;

    public static void Write(CorrelationReport report, IAnsiConsole console)
    {
        var columns = report.Pairs.GroupBy(pair => NameOf(pair), StringComparer.Ordinal)
            .Select(column => (Name: column.Key, Pairs: column.ToDictionary(pair => pair.Parameter, StringComparer.Ordinal)))
            .ToList();
        if (columns.TrueForAll(column => column.Pairs.Values.All(pair => pair.Value is null)))
        {
            console.WriteLine($"{report.Trials} trials tell nothing of what goes with what.");
            return;
        }

        var table = ExperimentTables.Bordered(["parameter", .. columns.Select(column => column.Name)]).Title("[bold]What goes with what[/]");
        foreach (var pair in columns[0].Pairs.Values)
        {
            table.AddRow([
                Markup.Escape(pair.Parameter + (pair.Measure == CorrelationMeasure.CorrelationRatio ? " (η)" : "")),
                .. columns.Select(column => Cell(column.Pairs[pair.Parameter]))]);
        }

        console.Write(table);
        console.WriteLine(
            $"From {report.Trials} trials: rank correlations, of choices the correlation ratio η, and how likely a chance find is among so many pairs (Holm). Grey: may well be chance.");
    }

    private static string Cell(Correlation pair)
    {
        if (pair is not { Value: { } value, CorrectedPValue: { } chance })
            return "[grey]–[/]";
        var strength = value.ToString(pair.Measure == CorrelationMeasure.Spearman ? "+0.00;-0.00;0.00" : "0.00", CultureInfo.InvariantCulture);
        var text = $"{strength}  {(chance < 0.001 ? "<0.001" : chance.ToString("0.000", CultureInfo.InvariantCulture))}";
        return chance < Level ? text : $"[grey]{text}[/]";
    }

    private static string NameOf(Correlation pair) => pair.Metric ?? pair.Resource switch
    {
        MeasuredResource.Memory => "memory",
        MeasuredResource.CpuTime => "cpuTime/epoch",
        _ => "wallClock/epoch",
    };
}
