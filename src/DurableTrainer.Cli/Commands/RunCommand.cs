using System.CommandLine;
using DurableTrainer.Cli.Hosting;
using DurableTrainer.Cli.Views;
using DurableTrainer.Experiments.Submission;
using DurableTrainer.Experiments.Workflows;

namespace DurableTrainer.Cli.Commands;

/// <summary><c>dtrain run SPEC</c></summary>
internal static class RunCommand
{
    public static Command Create(CommonOptions options)
    {
        var spec = SpecArgument.Create();
        spec.Arity = ArgumentArity.ZeroOrOne;
        var replay = new Option<string?>("--replay") { Description = "Train the best model of an ended experiment again, as it was, instead of searching.", HelpName = "ID" };
        var anew = new Option<bool>("--new") { Description = "Start a new experiment even if this one is finished or under way." };
        var json = new Option<bool>("--json") { Description = "Print events as JSON lines." };
        var workers = WorkersOption.Create("Worker processes; as many as trials in parallel when left out.");
        var allow = AllowCommandOption.Create();
        var command = new Command("run", "Runs an experiment to its end. Running it again on the same data folder resumes it.") { spec, anew, replay, json, workers, allow };
        command.SetAction(async (parsed, cancellation) =>
        {
            var folder = options.Folder(parsed);
            var allowed = AllowCommandOption.Of(parsed.GetValue(allow));
            var experiment = (parsed.GetValue(spec), parsed.GetValue(replay)) switch
            {
                ({ } path, null) => SpecArgument.Prepare(path, allowed, folder),
                (null, { } id) => await Replay.PrepareAsync(options.FolderToRead(parsed).Store, id, EmbeddedHost.Pools, folder.Files, cancellation),
                (null, null) => throw new UsageException("What is to be run? Name an experiment file, or an experiment with --replay."),
                _ => throw new UsageException("--replay takes its spec from the experiment; leave the file out."),
            };
            var view = RunView.Create(parsed.GetValue(json), parsed.GetValue(options.NoColor), experiment.Spec);
            var run = new Run(folder, experiment, view, parsed.GetValue(workers) ?? SearchPlans.LanesOf(experiment.Spec), allowed);
            using var telemetry = Telemetry.Start(TelemetryRole.Host, options.LogOf(parsed));
            return await run.ToEndAsync(parsed.GetValue(anew), telemetry, cancellation);
        });
        return command;
    }
}
