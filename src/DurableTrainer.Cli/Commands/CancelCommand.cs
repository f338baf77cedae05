using System.CommandLine;
using DurableTrainer.Api.Views;
using DurableTrainer.Cli.Hosting;
using DurableTrainer.Engine;
using DurableTrainer.Storage;

namespace DurableTrainer.Cli.Commands;

/// <summary><c>dtrain cancel ID</c></summary>
internal static class CancelCommand
{
    public static Command Create(CommonOptions options)
    {
        var id = new Argument<string>("ID") { Description = "An experiment, as `dtrain list` names it." };
        var command = new Command("cancel", "Ends an experiment with what it has found so far.") { id };
        command.SetAction(async (parsed, cancellation) =>
        {
            var folder = DataFolder.OpenToRead(parsed.GetValue(options.Data)!);
            var catalog = new ExperimentCatalog(folder.Store);
            var view = await catalog.GetAsync(parsed.GetValue(id)!, cancellation);
            if (await catalog.ResultAsync(view.Id, cancellation) is not null)
            {
                await Console.Out.WriteLineAsync($"{view.Id} has ended already ({view.Reason}).");
                return;
            }

            await CancelRequest.LeaveAsync(folder.Store, view.Id, cancellation);
            try
            {
                using var telemetry = Telemetry.Start(TelemetryRole.Host, options.LogOf(parsed));
                await EndHereAsync(folder, view.Id, telemetry, cancellation);
                await Console.Out.WriteLineAsync($"{view.Id} is cancelled.");
            }
            catch (FolderLockedException)
            {
                await Console.Out.WriteLineAsync($"{view.Id} is running in another process, which ends it within moments.");
            }
        });
        return command;
    }

    /// <summary>Takes an experiment that nobody works on to its end.</summary>
    private static async Task EndHereAsync(DataFolder folder, string id, Telemetry telemetry, CancellationToken cancellation)
    {
        await using var host = await EmbeddedHost.OpenAsync(folder, workers: 1, telemetry, cancellation);
        foreach (var other in (await host.Experiments.UnfinishedAsync(cancellation)).Where(other => other != id))
            await host.Experiments.PauseAsync(other, cancellation);
        // Slices that were under way see the flag before they load anything.
        await folder.Store.WriteAsync(ArtifactPaths.Stop(id), ReadOnlyMemory<byte>.Empty, cancellation);
        await host.Experiments.CancelAsync(id, CancelRequest.Reason, cancellation);
        host.Start();
        await await Task.WhenAny(host.Experiments.WaitAsync(id, cancellation), host.Fault);
    }
}
