using System.CommandLine;
using DurableTrainer.Cli.Hosting;
using DurableTrainer.Cli.Views;
using DurableTrainer.Experiments.Artifacts;
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
        var command = new Command("plan", "Shows the completed spec, the rungs and the worst-case cost; spends nothing.") { spec, json };
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
            await Console.Out.WriteLineAsync(parsed.GetValue(json)
                ? ArtifactJson.WriteLine(plan with { Exceeded = exceeded })
                : ForecastText.Of(plan with { Exceeded = exceeded }));
        });
        return command;
    }
}
