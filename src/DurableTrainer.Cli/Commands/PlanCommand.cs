using System.CommandLine;
using DurableTrainer.Cli.Hosting;
using DurableTrainer.Cli.Views;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Reports;
using DurableTrainer.Experiments.Submission;
using DurableTrainer.Workers.Commands;

namespace DurableTrainer.Cli.Commands;

/// <summary><c>dtrain plan SPEC</c></summary>
internal static class PlanCommand
{
    public static Command Create(CommonOptions options)
    {
        var spec = SpecArgument.Create();
        var json = new Option<bool>("--json") { Description = "The plan as one JSON object." };
        var timeline = new Option<string?>("--timeline") { Description = "Also draws what the units of a pipeline are expected to do for a batch: an SVG file to write.", HelpName = "FILE" };
        var command = new Command("plan", "Shows the completed spec, the rungs and the worst-case cost; spends nothing.") { spec, json, timeline };
        command.SetAction(async (parsed, cancellation) =>
        {
            var folder = options.Folder(parsed);
            var plan = await ExperimentForecast.OfAsync(SpecArgument.Prepare(parsed.GetValue(spec)!, AllowedCommands.Any, folder), folder.Store, cancellation);
            var tenant = plan.Spec.Quota.Tenant;
            // A folder that is not there must not be made by looking into it.
            var account = folder.Exists
                ? (await Accounts.ReadAsync(folder, [tenant], cancellation))[0]
                : await Accounts.NewAsync(folder, tenant, cancellation);
            var exceeded = account.WouldExceed(plan.Asked);
            if (parsed.GetValue(timeline) is { } picture)
                await DrawAsync(plan.Parallel, picture, cancellation);
            await Console.Out.WriteLineAsync(parsed.GetValue(json)
                ? ArtifactJson.WriteLine(plan with { Exceeded = exceeded })
                : ForecastText.Of(plan with { Exceeded = exceeded }));
        });
        return command;
    }

    private static async Task DrawAsync(ParallelForecast? parallel, string file, CancellationToken cancellation)
    {
        if (parallel?.Pipeline is not { } pipeline)
            throw new UsageException($"'{file}' is not drawn: {parallel?.Problem ?? "no trial of this experiment is a pipeline; see /training/parallel/mode"}");
        try
        {
            await File.WriteAllTextAsync(file, TimelineChart.Picture(pipeline.Timeline), cancellation);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"'{file}' cannot be written: {exception.Message}");
        }
    }
}
