using System.CommandLine;
using DurableTrainer.Cli.Views;
using DurableTrainer.Experiments.Artifacts;

namespace DurableTrainer.Cli.Commands;

/// <summary><c>dtrain watch ID</c></summary>
internal static class WatchCommand
{
    public static Command Create(CommonOptions options, ServerOptions server)
    {
        var id = new Argument<string>("ID") { Description = "An experiment, as `dtrain list` names it." };
        var json = new Option<bool>("--json") { Description = "Events as JSON lines." };
        var command = new Command("watch", "Shows what happens in an experiment, from its beginning to its end.") { id, json };
        server.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var source = server.Open(parsed);
            var experiment = await source.GetAsync(parsed.GetValue(id)!, cancellation);
            var view = RunView.Create(parsed.GetValue(json), parsed.GetValue(options.NoColor), await source.SpecAsync(experiment.Id, cancellation));
            view.Begin(experiment.Id);
            try
            {
                await foreach (var happened in source.FollowAsync(experiment.Id, cancellation))
                    view.Show(happened);
            }
            finally
            {
                view.End();
            }

            if (parsed.GetValue(json))
                return ExitStatus.Done;
            var ended = await source.GetAsync(experiment.Id, cancellation);
            ExperimentTables.Write(ended, isInUse: true, await source.UsageAsync(experiment.Id, cancellation), Terminal.Create(parsed.GetValue(options.NoColor)));
            return ended.Status is ExperimentStatus.Failed or ExperimentStatus.Rejected ? ExitStatus.Failed : ExitStatus.Done;
        });
        return command;
    }
}
