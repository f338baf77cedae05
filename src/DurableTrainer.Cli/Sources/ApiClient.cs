using System.Net;
using System.Text.Json;
using DurableTrainer.Api.Problems;
using DurableTrainer.Api.Security;
using DurableTrainer.Experiments.Artifacts;

namespace DurableTrainer.Cli.Sources;

/// <summary>Asks a server, and turns what it answers into objects or a <see cref="ServerException"/>.</summary>
internal sealed class ApiClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    private const string FunctionKeyHeader = "x-functions-key";

    private readonly HttpClient http;

    /// <param name="server">Its address.</param>
    /// <param name="key">What it wants to see; null for nothing.</param>
    public ApiClient(Uri server, string? key)
    {
        Server = server;
        // Streams of events go on for hours; everything else is bounded below.
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(10) }) { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan };
        if (key is null)
            return;
        http.DefaultRequestHeaders.Add(ApiKey.Header, key);
        // Where the server is an Azure Functions app, its host looks here.
        http.DefaultRequestHeaders.Add(FunctionKeyHeader, key);
    }

    public Uri Server { get; }

    public async Task<T> GetAsync<T>(string path, CancellationToken cancellation) =>
        Read<T>(await SendAsync(new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept", "application/json" } } }, cancellation));

    public Task<byte[]> GetBytesAsync(string path, CancellationToken cancellation) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path), cancellation);

    public async Task<T> PostAsync<T>(string path, HttpContent? content, CancellationToken cancellation, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return Read<T>(await SendAsync(request, cancellation));
    }

    public Task DeleteAsync(string path, CancellationToken cancellation) => SendAsync(new HttpRequestMessage(HttpMethod.Delete, path), cancellation);

    /// <summary>Uploads without a bound on how long that takes.</summary>
    public async Task PutAsync(string path, HttpContent content, string sha256, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = content, Headers = { { "x-content-sha256", sha256 } } };
        using var response = await StartAsync(request, cancellation);
    }

    /// <summary>The answer as it comes.</summary>
    public async Task<HttpResponseMessage> StreamAsync(string path, string? lastEventId, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept", "text/event-stream" } } };
        if (lastEventId is not null)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        return await StartAsync(request, cancellation);
    }

    public void Dispose() => http.Dispose();

    private async Task<byte[]> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using (request)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(Patience);
            try
            {
                using var response = await StartAsync(request, patience.Token);
                return await response.Content.ReadAsByteArrayAsync(patience.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw new ServerException($"The server at {Server} did not answer within {Patience.TotalSeconds:0} seconds.");
            }
        }
    }

    private async Task<HttpResponseMessage> StartAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (HttpRequestException exception)
        {
            throw new ServerException($"The server at {Server} cannot be reached: {exception.InnerException?.Message ?? exception.Message}", inner: exception);
        }

        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw ServerException.Of(await ProblemOfAsync(response, cancellation));
    }

    private async Task<ApiProblem> ProblemOfAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.Content.Headers.ContentType?.MediaType == "application/problem+json")
            return Read<ApiProblem>(await response.Content.ReadAsByteArrayAsync(cancellation));
        var status = (int)response.StatusCode;
        return ApiProblem.Of(status, "unknown", "Not understood", $"The server at {Server} answered {status}{(response.StatusCode == HttpStatusCode.NotFound ? "; is it dtrain serve" : "")}.");
    }

    private T Read<T>(byte[] json)
    {
        try
        {
            return ArtifactJson.Read<T>(json);
        }
        catch (JsonException exception)
        {
            throw new ServerException($"The server at {Server} answered something that is not understood: {exception.Message}", inner: exception);
        }
    }
}
