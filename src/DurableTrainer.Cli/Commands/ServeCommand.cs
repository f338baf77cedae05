using System.CommandLine;
using DurableTrainer.Api.Hosting;
using DurableTrainer.Api.Security;
using DurableTrainer.Cli.Hosting;

namespace DurableTrainer.Cli.Commands;

/// <summary><c>dtrain serve</c></summary>
internal static class ServeCommand
{
    public static Command Create(CommonOptions options)
    {
        var listen = new Option<string?>("--listen") { Description = "Address and port; 127.0.0.1:7071 when left out.", HelpName = "ADDRESS:PORT" };
        var keyFile = new Option<string?>("--api-key-file")
        {
            Description = $"A file with the key that requests must carry in {ApiKey.Header}; {ApiKeys.Variable} when left out. Without a key the server answers on its own machine only.",
            HelpName = "FILE",
        };
        var dataRoot = new Option<string?>("--data-root") { Description = "The folder whose files experiments may use; 'data' in the data folder when left out.", HelpName = "DIR" };
        var workers = WorkersOption.Create("Worker processes; as many as processors when left out.");
        var rate = new Option<int>("--rate-limit") { Description = "Requests a second that an address may make.", HelpName = "N", DefaultValueFactory = _ => 500 };
        rate.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => int.TryParse(token.Value, out var number) && number is < 1 or > 1_000_000))
                result.AddError("--rate-limit needs a number from 1 to 1000000.");
        });
        var allow = AllowCommandOption.Create();
        var command = new Command("serve", "Answers the HTTP API and runs what is submitted.") { listen, keyFile, dataRoot, workers, rate, allow };
        command.SetAction(async (parsed, cancellation) =>
        {
            var folder = options.Folder(parsed);
            var host = new ApiHostOptions
            {
                Listen = AddressOf(parsed.GetValue(listen)),
                Key = KeyOf(parsed.GetValue(keyFile)),
                RequestsPerSecond = parsed.GetValue(rate),
            };
            if (!host.Listen.IsLoopback && host.Key is null)
                throw new UsageException($"Other machines could reach {host.Listen.Address}: set {ApiKeys.Variable} or --api-key-file, or listen on 127.0.0.1.");
            var server = new Server(folder, host, parsed.GetValue(dataRoot) ?? Path.Combine(folder.Root, "data"), AllowCommandOption.Of(parsed.GetValue(allow)));
            using var telemetry = Telemetry.Start(TelemetryRole.Host, options.LogOf(parsed));
            return await server.RunAsync(parsed.GetValue(workers) ?? Environment.ProcessorCount, telemetry, cancellation);
        });
        return command;
    }

    private static ListenAddress AddressOf(string? text) =>
        text is null ? ListenAddress.Default
        : ListenAddress.TryParse(text, out var address) ? address
        : throw new UsageException($"'{text}' is no address to listen on; write 127.0.0.1:7071, [::1]:7071, 0.0.0.0:80, or a port alone.");

    private static ApiKey? KeyOf(string? file)
    {
        if (ApiKeys.Read(file) is not { } text)
            return null;
        try
        {
            return ApiKey.Of(text);
        }
        catch (ArgumentException)
        {
            throw new UsageException($"The API key {(file is null ? $"in {ApiKeys.Variable}" : $"in '{file}'")} needs at least {ApiKey.Shortest} characters, all of them visible ASCII ones.");
        }
    }
}
