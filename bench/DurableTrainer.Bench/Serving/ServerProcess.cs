using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace DurableTrainer.Bench.Serving;

/// <summary><c>dtrain serve</c> in a process of its own, on a data folder that is gone afterwards.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("dtrain-bench-");
    private readonly Process process;

    private ServerProcess(string address, int workers)
    {
        Address = new Uri($"http://{address}/");
        process = Process.Start(new ProcessStartInfo(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "dtrain.dll"), "serve", "--data", folder.FullName, "--listen", address, "--workers", $"{workers}", "--rate-limit", "100000"])
        {
            RedirectStandardOutput = true,
        })!;
        Client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = int.MaxValue }) { BaseAddress = Address, Timeout = Timeout.InfiniteTimeSpan };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    /// <summary>Processor time of the server itself, without its workers.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <exception cref="BenchException">It did not start.</exception>
    public static async Task<ServerProcess> StartAsync(int workers, CancellationToken cancellation)
    {
        var server = new ServerProcess(FreeAddress(), workers);
        if (await server.process.StandardOutput.ReadLineAsync(cancellation) is not { } line || !line.StartsWith("Listening", StringComparison.Ordinal))
        {
            await server.DisposeAsync();
            throw new BenchException("dtrain serve did not start.");
        }

        return server;
    }

    public async Task UploadAsync(string path, string file, CancellationToken cancellation)
    {
        using var content = new ByteArrayContent(await File.ReadAllBytesAsync(file, cancellation));
        using var response = await Client.PutAsync("api/data/" + path, content, cancellation);
        response.EnsureSuccessStatusCode();
    }

    /// <returns>The experiment's id.</returns>
    public async Task<string> SubmitAsync(JsonObject spec, CancellationToken cancellation)
    {
        using var content = new StringContent(spec.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await Client.PostAsync("api/experiments", content, cancellation);
        var answer = await response.Content.ReadAsStringAsync(cancellation);
        return response.IsSuccessStatusCode ? (string)JsonNode.Parse(answer)!["id"]! : throw new BenchException($"The experiment was not accepted: {answer}");
    }

    /// <summary>The events of an experiment so far.</summary>
    public async Task<JsonArray> EventsAsync(string id, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/experiments/{id}/events") { Headers = { { "Accept", "application/json" } } };
        using var response = await Client.SendAsync(request, cancellation);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellation))!.AsArray();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        folder.Delete(recursive: true);
    }

    private static string FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener.LocalEndpoint.ToString()!;
    }
}
