using DurableTrainer.Engine.Inspection;
using Spectre.Console;

namespace DurableTrainer.Cli.Views;

/// <summary>What is in a journal, and whether an engine can start on it.</summary>
internal static class JournalTable
{
    public static void Write(JournalReport report, string folder, IAnsiConsole console)
    {
        var table = ExperimentTables.Bordered("file", "kind", "bytes", "frames", "records", "whole");
        foreach (var file in report.Files)
        {
            table.AddRow(
                Markup.Escape(file.Name), KindOf(file.Kind), $"{file.Bytes}", $"{file.Frames}", $"{file.Records}",
                file.SoundBytes == file.Bytes ? "yes" : $"up to byte {file.SoundBytes}");
        }

        if (report.Files.Count > 0)
            console.Write(table);
        foreach (var line in Lines(report, folder))
            console.WriteLine(line);
    }

    private static IEnumerable<string> Lines(JournalReport report, string folder)
    {
        if (report.Files.Count == 0)
        {
            yield return $"The journal in '{folder}' is empty: nothing was ever recorded there.";
            yield break;
        }

        var instances = string.Join(", ", report.Instances.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} {pair.Key.ToString().ToLowerInvariant()}"));
        yield return $"instances  {(instances.Length == 0 ? "none" : instances)}; {report.Entities} entities; {report.PendingActivities} activities under way";
        if (report.TornBytes > 0)
        {
            yield return report.IsInUse
                ? $"tail       {report.TornBytes} bytes that a host is just writing"
                : $"tail       {report.TornBytes} bytes that were never acknowledged; the next start cuts them off";
        }

        yield return report.Damage is { } damage ? damage.Message
            : report.IsInUse ? "The journal is whole. A host works on it now."
            : "The journal is whole: a host can start on it.";
    }

    private static string KindOf(JournalFileKind kind) => kind == JournalFileKind.LeftOver ? "left over" : kind.ToString().ToLowerInvariant();
}
