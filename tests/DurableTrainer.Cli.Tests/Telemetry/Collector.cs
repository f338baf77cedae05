using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace DurableTrainer.Cli.Tests.Telemetry;

/// <summary>A collector that takes OTLP over HTTP, and keeps what came.</summary>
internal sealed class Collector : IDisposable
{
    private readonly HttpListener listener;
    private readonly ConcurrentQueue<(string Path, ProtobufMessage Request)> requests = new();
    private readonly Task serving;

    public Collector()
    {
        (listener, Address) = Listen();
        serving = ServeAsync();
    }

    public string Address { get; }

    public Dictionary<string, string> Variables => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Address,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
    };

    /// <summary>Paths that something came to.</summary>
    public IReadOnlyList<string> Paths => [.. requests.Select(request => request.Path).Distinct().Order()];

    public IReadOnlyList<ExportedSpan> Spans =>
        [.. from request in requests
            where request.Path == "/v1/traces"
            from resource in request.Request.Messages(1)
            let attributes = ExportedSpan.AttributesIn(resource.Messages(1).Single(), 1)
            from scope in resource.Messages(2)
            from span in scope.Messages(2)
            select ExportedSpan.Read(span, attributes)];

    public IReadOnlyList<string> Metrics => [.. Named("/v1/metrics", metric => metric.Text(1))];

    /// <summary>Log lines as their templates and attributes are.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Logs => [.. Named("/v1/logs", line => ExportedSpan.AttributesIn(line, 6))];

    public void Dispose()
    {
        listener.Close();
        serving.GetAwaiter().GetResult();
    }

    private IEnumerable<T> Named<T>(string path, Func<ProtobufMessage, T> read) =>
        from request in requests
        where request.Path == path
        from resource in request.Request.Messages(1)
        from scope in resource.Messages(2)
        from item in scope.Messages(2)
        select read(item);

    /// <summary>A port that is free now may be taken a moment later.</summary>
    private static (HttpListener Listener, string Address) Listen()
    {
        while (true)
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
            probe.Stop();
            var listener = new HttpListener();
            listener.Prefixes.Add(address + "/");
            try
            {
                listener.Start();
                return (listener, address);
            }
            catch (HttpListenerException)
            {
                listener.Close();
            }
        }
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            requests.Enqueue((context.Request.Url!.AbsolutePath, new ProtobufMessage(body.ToArray())));
            context.Response.Close();
        }
    }
}
