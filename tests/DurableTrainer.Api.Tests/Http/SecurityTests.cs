using System.Collections.Concurrent;
using System.Net;
using DurableTrainer.Api.Data;
using DurableTrainer.Api.Events;
using DurableTrainer.Api.Hosting;
using DurableTrainer.Api.Security;
using DurableTrainer.Engine;
using DurableTrainer.Experiments;
using DurableTrainer.Storage;
using Microsoft.Extensions.Logging;
using static DurableTrainer.Api.Tests.Http.TestServer;

namespace DurableTrainer.Api.Tests.Http;

public class SecurityTests
{
    private const string Key = "correct-horse-battery-staple";

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("192.0.2.7")]
    public async Task Without_a_key_a_server_is_not_even_made_for_other_machines(string address)
    {
        var folder = Directory.CreateTempSubdirectory("dtrain-api-");
        await using var engine = await EmbeddedEngine.OpenAsync(new() { Folder = null, Registry = new() });
        var store = new FolderStore(folder.FullName);
        var services = new ApiServices(store, new ExperimentClient(engine.Client, store), new LiveExperiments(store), new FolderDataRoot(folder.FullName));

        Assert.Throws<ArgumentException>(() => ApiHost.Create(new ApiHostOptions { Listen = new ListenAddress(IPAddress.Parse(address), 0) }, services));

        folder.Delete();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("correct-horse-battery-stapl")]
    [InlineData("Correct-horse-battery-staple")]
    [InlineData("correct-horse-battery-staple2")]
    public async Task Only_the_key_opens_anything_but_health(string? sent)
    {
        await using var server = await StartAsync(new ApiHostOptions { Key = ApiKey.Of(Key) });
        if (sent is not null)
            server.Client.DefaultRequestHeaders.TryAddWithoutValidation("x-api-key", sent);

        foreach (var path in (string[])["api/experiments", "api/data", "openapi/v1.json", "nowhere"])
        {
            using var refused = await server.Client.GetAsync(path);
            await ProblemOf(refused, 401);
        }

        using var health = await server.Client.GetAsync("health/live");
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Fact]
    public async Task The_key_opens_and_is_in_no_log_and_no_answer()
    {
        using var log = new Log();
        await using var server = await StartAsync(new ApiHostOptions { Key = ApiKey.Of(Key) }, log);
        server.Client.DefaultRequestHeaders.Add("x-api-key", Key);

        await server.EndedAsync(Spec());
        using var wrong = await server.SubmitAsync("{");
        var answer = await wrong.Content.ReadAsStringAsync();

        Assert.NotEmpty(log.Lines);
        Assert.DoesNotContain(log.Lines, line => line.Contains(Key, StringComparison.Ordinal));
        Assert.DoesNotContain(Key, answer, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, ApiKey.Of(Key).ToString()!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("fifteen-letters")]
    [InlineData("with a space in the middle of it")]
    [InlineData("mit-ümlaut-in-der-mitte")]
    public void A_key_that_could_be_guessed_or_not_be_sent_is_none(string key) => Assert.Throws<ArgumentException>(() => ApiKey.Of(key));

    [Theory]
    [InlineData("evil.example", 403)]
    [InlineData("localhost.evil.example", 403)]
    [InlineData("127.0.0.1.evil.example", 403)]
    [InlineData("localhost", 200)]
    [InlineData("127.0.0.1:99", 200)]
    [InlineData("[::1]:99", 200)]
    public async Task A_server_that_trusts_its_machine_answers_to_names_of_that_machine_only(string host, int status)
    {
        await using var server = await StartAsync();

        using var response = await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "api/pools") { Headers = { Host = host } });

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task Pages_of_other_sites_cannot_submit(string header, string value)
    {
        await using var server = await StartAsync();
        server.Client.DefaultRequestHeaders.TryAddWithoutValidation(header, value);

        using var response = await server.SubmitAsync(Spec());

        await ProblemOf(response, 403);
    }

    [Fact]
    public async Task Every_answer_keeps_browsers_from_doing_more_with_it()
    {
        await using var server = await StartAsync();

        foreach (var path in (string[])["api/pools", "api/nothing", "health/live"])
        {
            using var response = await server.Client.GetAsync(path);
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("DENY", response.Headers.GetValues("X-Frame-Options").Single());
            Assert.Contains("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            Assert.False(response.Headers.Contains("Server"));
        }
    }

    [Fact]
    public async Task Who_asks_too_often_is_told_when_to_come_back()
    {
        await using var server = await StartAsync(new ApiHostOptions { RequestsPerSecond = 1 });

        HttpResponseMessage response;
        do
            response = await server.Client.GetAsync("api/pools");
        while (response.StatusCode == HttpStatusCode.OK);

        await ProblemOf(response, 429);
        Assert.True(response.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
        using var health = await server.Client.GetAsync("health/live");
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Theory]
    [InlineData("127.0.0.1:7071", "127.0.0.1", 7071, true)]
    [InlineData("localhost:80", "127.0.0.1", 80, true)]
    [InlineData("7071", "127.0.0.1", 7071, true)]
    [InlineData("[::1]:0", "::1", 0, true)]
    [InlineData("0.0.0.0:8080", "0.0.0.0", 8080, false)]
    [InlineData("[::]:8080", "::", 8080, false)]
    public void An_address_says_whether_other_machines_reach_it(string text, string address, int port, bool isLoopback)
    {
        Assert.True(ListenAddress.TryParse(text, out var parsed));
        Assert.Equal((IPAddress.Parse(address), port, isLoopback), (parsed.Address, parsed.Port, parsed.IsLoopback));
    }

    [Theory]
    [InlineData("")]
    [InlineData("host.example:80")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("::1:80")]
    [InlineData("[127.0.0.1]:80")]
    public void What_is_no_address_is_none(string text) => Assert.False(ListenAddress.TryParse(text, out _));

    private sealed class Log : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception) + exception);

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull
        {
            Lines.Enqueue(state.ToString() ?? "");
            return null;
        }

        public void Dispose()
        {
        }
    }
}
