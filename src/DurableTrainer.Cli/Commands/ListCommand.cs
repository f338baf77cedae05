using System.CommandLine;
using DurableTrainer.Cli.Views;
using DurableTrainer.Experiments.Artifacts;

namespace DurableTrainer.Cli.Commands;

/// <summary><c>dtrain list</c></summary>
internal static class ListCommand
{
    public static Command Create(CommonOptions options, ServerOptions server)
    {
        var json = new Option<bool>("--json") { Description = "One JSON object a line." };
        var command = new Command("list", "Lists experiments, newest first.") { json };
        server.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var source = server.Open(parsed);
            var views = await source.ListAsync(cancellation);
            if (parsed.GetValue(json))
            {
                foreach (var view in views)
                    await Console.Out.WriteLineAsync(ArtifactJson.WriteLine(view));
            }
            else
            {
                ExperimentTables.Write(views, source.IsWorkedOn, Terminal.Create(parsed.GetValue(options.NoColor)));
            }
        });
        return command;
    }
}
