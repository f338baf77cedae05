using System.Globalization;
using DurableTrainer.Experiments.Artifacts;
using Spectre.Console;

namespace DurableTrainer.Cli.Views;

/// <summary>A champion and its challengers, as a table.</summary>
internal static class ChampionTable
{
    public static void Write(Champion champion, IAnsiConsole console)
    {
        console.WriteLine($"{champion.Name}: trial {champion.Trial} of {champion.Experiment}, {champion.Metric} {Format.Value(champion.Value)}, promoted {Time(champion.PromotedAt)}");
        console.WriteLine($"  with {Format.Point(champion.Point)}");
        console.WriteLine($"  model {champion.Model}");
        var table = ExperimentTables.Bordered("challenger", "when", "what became of it");
        foreach (var challenge in champion.Challenges)
            table.AddRow(Markup.Escape(challenge.Experiment), Time(challenge.At), Markup.Escape(challenge.Reason));
        console.Write(table);
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
