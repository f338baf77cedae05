using System.Globalization;
using DurableTrainer.Experiments.Artifacts;
using Spectre.Console;

namespace DurableTrainer.Cli.Views;

/// <summary>A pool and what its workers are busy with, as a table.</summary>
internal static class PoolTable
{
    public static void Write(PoolReport report, IAnsiConsole console)
    {
        if (report.Workers == 0)
        {
            console.WriteLine($"pool '{report.Pool}': no host works on this folder; a run on this machine may have {report.Threads} threads.");
            return;
        }

        console.WriteLine(
            $"pool '{report.Pool}': {report.Load.Count} of {report.Workers} workers busy, {report.Load.Sum(load => load.Threads)} of {report.Threads} threads in use"
            + (report.Waiting > 0 ? $", {report.Waiting} slices wait" : ""));
        if (report.Load.Count == 0)
            return;
        var table = ExperimentTables.Bordered("experiment", "trial", "threads", "process");
        foreach (var load in report.Load)
        {
            table.AddRow(
                Markup.Escape(load.Experiment), $"{load.Trial}", $"{load.Threads}", load.ProcessId?.ToString(CultureInfo.InvariantCulture) ?? "starting");
        }

        console.Write(table);
    }
}
