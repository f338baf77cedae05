using System.CommandLine;
using DurableTrainer.Api.Views;
using DurableTrainer.Cli.Sources;
using DurableTrainer.Cli.Views;
using DurableTrainer.Experiments.Artifacts;
using Spectre.Console;

namespace DurableTrainer.Cli.Commands;

/// <summary><c>dtrain show ID</c></summary>
internal static class ShowCommand
{
    public static Command Create(CommonOptions options, ServerOptions server)
    {
        var id = new Argument<string>("ID") { Description = "An experiment, as `dtrain list` names it." };
        var json = new Option<bool>("--json") { Description = "The experiment, and then each trial, as a JSON object a line." };
        var importance = new Option<bool>("--importance") { Description = "Which parameters mattered, for each objective." };
        var correlations = new Option<bool>("--correlations") { Description = "Which parameters go with memory, time and each objective." };
        var decisions = new Option<bool>("--decisions") { Description = "Every decision with its reason, in order; as events with --json." };
        var command = new Command("show", "Shows an experiment and its trials.") { id, json, importance, correlations, decisions };
        server.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var source = server.Open(parsed);
            var view = await source.GetAsync(parsed.GetValue(id)!, cancellation);
            if (parsed.GetValue(importance))
            {
                await ShowImportanceAsync(source, view, parsed.GetValue(json), Terminal.Create(parsed.GetValue(options.NoColor)), cancellation);
                return;
            }

            if (parsed.GetValue(correlations))
            {
                await ShowCorrelationsAsync(source, view, parsed.GetValue(json), Terminal.Create(parsed.GetValue(options.NoColor)), cancellation);
                return;
            }

            if (parsed.GetValue(decisions))
            {
                var events = await source.EventsAsync(view.Id, cancellation);
                foreach (var line in parsed.GetValue(json) ? events.Select(ArtifactJson.WriteLine) : DecisionLines.Of(events))
                    await Console.Out.WriteLineAsync(line);
                return;
            }

            var trials = await source.TrialsAsync(view.Id, cancellation);
            if (parsed.GetValue(json))
            {
                await Console.Out.WriteLineAsync(ArtifactJson.WriteLine(view));
                foreach (var trial in trials)
                    await Console.Out.WriteLineAsync(ArtifactJson.WriteLine(trial));
                return;
            }

            var terminal = Terminal.Create(parsed.GetValue(options.NoColor));
            ExperimentTables.Write(view, source.IsWorkedOn, await source.UsageAsync(view.Id, cancellation), terminal);
            var metrics = view.Metrics ?? [view.Metric];
            if (view.Front is { Count: > 0 } front)
                ExperimentTables.Write(front, metrics, terminal);
            ExperimentTables.Write(trials, metrics, terminal);
        });
        return command;
    }

    private static async Task ShowCorrelationsAsync(
        ExperimentSource source, ExperimentView view, bool asJson, IAnsiConsole terminal, CancellationToken cancellation)
    {
        var report = await source.CorrelationsAsync(view.Id, cancellation)
            ?? throw new UsageException($"Experiment '{view.Id}' has not ended; what goes with what is told at its end.");
        if (asJson)
            await Console.Out.WriteLineAsync(ArtifactJson.WriteLine(report));
        else
            CorrelationTable.Write(report, terminal);
    }

    private static async Task ShowImportanceAsync(
        ExperimentSource source, ExperimentView view, bool asJson, IAnsiConsole terminal, CancellationToken cancellation)
    {
        var reports = await source.ImportanceAsync(view.Id, cancellation)
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
