using System.CommandLine;
using DurableTrainer.Cli.Views;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Submission;

namespace DurableTrainer.Cli.Commands;

/// <summary><c>dtrain plan SPEC</c></summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var spec = SpecArgument.Create();
        var json = new Option<bool>("--json") { Description = "The plan as one JSON object." };
        var command = new Command("plan", "Shows the completed spec, the rungs and the worst-case cost; spends nothing.") { spec, json };
        command.SetAction(parsed =>
        {
            var plan = ExperimentForecast.Of(SpecArgument.Prepare(parsed.GetValue(spec)!));
            Console.Out.WriteLine(parsed.GetValue(json)
                ? ArtifactJson.WriteLine(plan)
                : ForecastText.Of(plan));
        });
        return command;
    }
}
