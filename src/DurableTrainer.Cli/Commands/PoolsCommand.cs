using System.CommandLine;
using DurableTrainer.Cli.Hosting;
using DurableTrainer.Cli.Views;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;

namespace DurableTrainer.Cli.Commands;

/// <summary><c>dtrain pools</c></summary>
internal static class PoolsCommand
{
    public static Command Create(CommonOptions options)
    {
        var json = new Option<bool>("--json") { Description = "A JSON object a line." };
        var command = new Command("pools", "Shows the workers of the data folder and what they are busy with.") { json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var folder = options.FolderToRead(parsed);
            // What a host has told last says nothing once the host is gone.
            var report = folder.IsInUse ? await folder.Store.ReadJsonAsync<PoolReport>(ArtifactPaths.Pool(EmbeddedHost.Pool), cancellation) : null;
            report ??= new PoolReport(EmbeddedHost.Pool, 0, Environment.ProcessorCount, 0, []);
            if (parsed.GetValue(json))
                await Console.Out.WriteLineAsync(ArtifactJson.WriteLine(report));
            else
                PoolTable.Write(report, Terminal.Create(parsed.GetValue(options.NoColor)));
        });
        return command;
    }
}
