using System.CommandLine;
using DurableTrainer.Api.Views;
using DurableTrainer.Cli.Views;
using DurableTrainer.Experiments.Artifacts;

namespace DurableTrainer.Cli.Commands;

/// <summary><c>dtrain list</c></summary>
internal static class ListCommand
{
    public static Command Create(CommonOptions options)
    {
        var json = new Option<bool>("--json") { Description = "One JSON object a line." };
        var command = new Command("list", "Lists the experiments of the data folder, newest first.") { json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var folder = DataFolder.OpenToRead(parsed.GetValue(options.Data)!);
            var views = await new ExperimentCatalog(folder.Store).ListAsync(cancellation: cancellation);
            if (parsed.GetValue(json))
            {
                foreach (var view in views)
                    await Console.Out.WriteLineAsync(ArtifactJson.WriteLine(view));
            }
            else
            {
                ExperimentTables.Write(views, folder.IsInUse, Terminal.Create(parsed.GetValue(options.NoColor)));
            }
        });
        return command;
    }
}
