using System.CommandLine;
using DurableTrainer.Cli.Hosting;
using DurableTrainer.Cli.Sources;
using DurableTrainer.Engine;

namespace DurableTrainer.Cli.Commands;

/// <summary><c>dtrain submit SPEC</c></summary>
internal static class SubmitCommand
{
    public static Command Create(CommonOptions options, ServerOptions server)
    {
        var spec = SpecArgument.Create();
        var key = new Option<string?>("--key") { Description = "Submitting again with the same key makes no second experiment.", HelpName = "KEY" };
        var replace = new Option<bool>("--replace-data") { Description = "Replace data of the server that differs from the files here." };
        var allow = AllowCommandOption.Create();
        var command = new Command("submit", "Submits an experiment, with its data, to a server; or leaves it in the data folder for the next host.") { spec, key, replace, allow };
        server.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var path = parsed.GetValue(spec)!;
            using var client = server.Client(parsed);
            if (client is not null)
            {
                var submission = new RemoteSubmission(client, Console.Error);
                await Console.Out.WriteLineAsync(await submission.SubmitAsync(path, parsed.GetValue(key), parsed.GetValue(replace), cancellation));
                return;
            }

            if (parsed.GetValue(key) is not null)
                throw new UsageException("--key is for a server; name one with --server.");
            var folder = options.Folder(parsed);
            var experiment = SpecArgument.Prepare(path, AllowCommandOption.Of(parsed.GetValue(allow)), folder);
            try
            {
                await using var host = await EmbeddedHost.OpenAsync(folder, workers: 1, telemetry: null, cancellation);
                await Console.Out.WriteLineAsync(await host.Experiments.SubmitAsync(experiment, cancellation));
            }
            catch (FolderLockedException)
            {
                throw new UsageException("Another process works on the data folder. Submit with --server if it is `dtrain serve`, or stop it first.");
            }
        });
        return command;
    }
}
