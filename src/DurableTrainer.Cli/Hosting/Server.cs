using DurableTrainer.Api;
using DurableTrainer.Api.Data;
using DurableTrainer.Api.Hosting;
using DurableTrainer.Experiments.Housekeeping;
using DurableTrainer.Experiments.Retuning;
using DurableTrainer.Workers.Commands;

namespace DurableTrainer.Cli.Hosting;

/// <summary>Runs what is submitted over HTTP until it is stopped; what is unfinished then goes on with the next start.</summary>
internal sealed class Server(DataFolder folder, ApiHostOptions options, string dataRoot, AllowedCommands allowed)
{
    /// <param name="workers">Worker processes.</param>
    /// <param name="telemetry">What this process tells about itself.</param>
    /// <param name="cancellation">Stops cleanly.</param>
    /// <returns>The exit status.</returns>
    public async Task<int> RunAsync(int workers, Telemetry telemetry, CancellationToken cancellation)
    {
        await using var host = await EmbeddedHost.OpenAsync(folder, workers, telemetry, cancellation, allowed);
        host.Disk.Told += Console.Error.WriteLine;
        var data = new FolderDataRoot(dataRoot);
        data.Clean();
        await using var server = ApiHost.Create(
            options,
            new ApiServices(folder.Store, host.ExperimentsIn(folder.Store), host.Events, data)
            {
                Pools = EmbeddedHost.Pools,
                Allowed = allowed,
                Files = folder.Files,
                PoolReports = () => [HostReports.ReportOf(host.Workers)],
                Fault = host.Fault,
            },
            telemetry.Loggers);
        try
        {
            await server.StartAsync(cancellation);
        }
        catch (IOException exception)
        {
            throw new UsageException($"{options.Listen.Address}:{options.Listen.Port} cannot be listened on: {exception.InnerException?.Message ?? exception.Message}. Choose another address with --listen.");
        }

        host.Start();
        await Console.Out.WriteLineAsync($"Listening on {server.Urls.First()} with {workers} worker{(workers == 1 ? "" : "s")}; Ctrl-C stops, and what is unfinished goes on with the next start.");
        await WorkAsync(host, telemetry, cancellation);
        await server.StopAsync(CancellationToken.None);
        return ExitStatus.Done;
    }

    /// <summary>Until it is stopped, or can no longer go on.</summary>
    private async Task WorkAsync(EmbeddedHost host, Telemetry telemetry, CancellationToken cancellation)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var publishing = new HostReports(host, folder.WorkStore).PublishAsync(stopping.Token);
        var cancelling = CancelRequest.WatchAsync(host, folder.WorkStore, experiment: null, stopping.Token);
        var retuner = new Retuner(host.Experiments, folder.WorkStore, EmbeddedHost.Pools, allowed, TimeProvider.System, folder.Files);
        var retuning = new RetuneLoop(retuner, TimeProvider.System, telemetry.Loggers).RunAsync(stopping.Token);
        var housekeeper = new Housekeeper(host.Durable, folder.WorkStore, TimeProvider.System);
        var housekeeping = new HousekeepingLoop(housekeeper, TimeProvider.System, telemetry.Loggers).RunAsync(stopping.Token);
        try
        {
            await await Task.WhenAny(host.Fault, publishing, cancelling, retuning, housekeeping).WaitAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // That is how a server ends.
        }
        finally
        {
            await stopping.CancelAsync();
        }

        await Task.WhenAll(publishing, retuning, housekeeping);
    }
}
