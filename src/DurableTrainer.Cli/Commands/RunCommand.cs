using System.CommandLine;
using DurableTrainer.Cli.Hosting;
using DurableTrainer.Cli.Views;
using DurableTrainer.Experiments.Workflows;

namespace DurableTrainer.Cli.Commands;

/// <summary><c>dtrain run SPEC</c></summary>
internal static class RunCommand
{
    public static Command Create(CommonOptions options)
    {
        var spec = SpecArgument.Create();
        var anew = new Option<bool>("--new") { Description = "Start a new experiment even if this one is finished or under way." };
        var json = new Option<bool>("--json") { Description = "Print events as JSON lines." };
        var workers = new Option<int?>("--workers") { Description = "Worker processes; as many as trials in parallel when left out.", HelpName = "N" };
        workers.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var number) && number < 1)
                result.AddError("--workers needs a number of at least 1.");
        });
        var command = new Command("run", "Runs an experiment to its end. Running it again on the same data folder resumes it.") { spec, anew, json, workers };
        command.SetAction(async (parsed, cancellation) =>
        {
            var path = parsed.GetValue(spec)!;
            var experiment = SpecArgument.Prepare(path);
            var folder = DataFolder.Open(parsed.GetValue(options.Data)!);
            var view = RunView.Create(parsed.GetValue(json), parsed.GetValue(options.NoColor), experiment.Spec);
            var run = new Run(folder, experiment, view, parsed.GetValue(workers) ?? SearchPlans.LanesOf(experiment.Spec));
            return await run.ToEndAsync(parsed.GetValue(anew), parsed.GetValue(options.Verbose), cancellation);
        });
        return command;
    }
}
