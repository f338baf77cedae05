using System.CommandLine;
using DurableTrainer.Api.Views;
using DurableTrainer.Cli.Views;
using DurableTrainer.Experiments.Artifacts;
using Spectre.Console;

namespace DurableTrainer.Cli.Commands;

/// <summary><c>dtrain show ID</c></summary>
internal static class ShowCommand
{
    public static Command Create(CommonOptions options)
    {
        var id = new Argument<string>("ID") { Description = "An experiment, as `dtrain list` names it." };
        var json = new Option<bool>("--json") { Description = "The experiment, and then each trial, as a JSON object a line." };
        var importance = new Option<bool>("--importance") { Description = "Which parameters mattered, for each objective." };
        var correlations = new Option<bool>("--correlations") { Description = "Which parameters go with memory, time and each objective." };
        var decisions = new Option<bool>("--decisions") { Description = "Every decision with its reason, in order; as events with --json." };
        var command = new Command("show", "Shows an experiment and its trials.") { id, json, importance, correlations, decisions };
        command.SetAction(async (parsed, cancellation) =>
        {
            var folder = DataFolder.OpenToRead(parsed.GetValue(options.Data)!);
            var catalog = new ExperimentCatalog(folder.Store);
            var view = await catalog.GetAsync(parsed.GetValue(id)!, cancellation);
            if (parsed.GetValue(importance))
            {
                await ShowImportanceAsync(catalog, view, parsed.GetValue(json), Terminal.Create(parsed.GetValue(options.NoColor)), cancellation);
                return;
            }

            if (parsed.GetValue(correlations))
            {
                await ShowCorrelationsAsync(catalog, view, parsed.GetValue(json), Terminal.Create(parsed.GetValue(options.NoColor)), cancellation);
                return;
            }

            if (parsed.GetValue(decisions))
            {
                var events = await catalog.EventsAsync(view.Id, cancellation);
                foreach (var line in parsed.GetValue(json) ? events.Select(ArtifactJson.WriteLine) : DecisionLines.Of(events))
                    await Console.Out.WriteLineAsync(line);
                return;
            }

            var trials = await catalog.TrialsAsync(view.Id, cancellation);
            if (parsed.GetValue(json))
            {
                await Console.Out.WriteLineAsync(ArtifactJson.WriteLine(view));
                foreach (var trial in trials)
                    await Console.Out.WriteLineAsync(ArtifactJson.WriteLine(trial));
                return;
            }

            var terminal = Terminal.Create(parsed.GetValue(options.NoColor));
            ExperimentTables.Write(view, folder.IsInUse, await catalog.UsageAsync(view.Id, cancellation), terminal);
            var metrics = view.Metrics ?? [view.Metric];
            if (view.Front is { Count: > 0 } front)
                ExperimentTables.Write(front, metrics, terminal);
            ExperimentTables.Write(trials, metrics, terminal);
        });
        return command;
    }

    private static async Task ShowCorrelationsAsync(
        ExperimentCatalog catalog, ExperimentView view, bool asJson, IAnsiConsole terminal, CancellationToken cancellation)
    {
        var report = await catalog.CorrelationsAsync(view.Id, cancellation)
            ?? throw new UsageException($"Experiment '{view.Id}' has not ended; what goes with what is told at its end.");
        if (asJson)
            await Console.Out.WriteLineAsync(ArtifactJson.WriteLine(report));
        else
            CorrelationTable.Write(report, terminal);
    }

    private static async Task ShowImportanceAsync(
        ExperimentCatalog catalog, ExperimentView view, bool asJson, IAnsiConsole terminal, CancellationToken cancellation)
    {
        var reports = await catalog.ImportanceAsync(view.Id, cancellation)
            ?? throw new UsageException($"Experiment '{view.Id}' has not ended; which parameters matter is told at its end.");
        foreach (var report in reports)
        {
            if (asJson)
                await Console.Out.WriteLineAsync(ArtifactJson.WriteLine(report));
            else
                ImportanceTable.Write(report, terminal);
        }
    }
}
