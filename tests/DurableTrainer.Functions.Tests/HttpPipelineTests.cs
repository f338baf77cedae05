using System.Text;
using DurableTrainer.Api;
using DurableTrainer.Api.Data;
using DurableTrainer.Api.Events;
using DurableTrainer.Api.Hosting;
using DurableTrainer.Durable;
using DurableTrainer.Engine;
using DurableTrainer.Experiments;
using DurableTrainer.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;

namespace DurableTrainer.Functions.Tests;

/// <summary>Requests as the host hands them to the app: matched to the one route that it knows.</summary>
public sealed class HttpPipelineTests : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("durabletrainer-functions-");
    private EmbeddedEngine engine = null!;
    private ServiceProvider services = null!;
    private HttpPipeline pipeline = null!;

    public async Task InitializeAsync()
    {
        engine = await EmbeddedEngine.OpenAsync(new() { Folder = null, Registry = new DurableRegistry() }, default);
        var store = new FolderStore(folder.FullName);
        services = new ServiceCollection()
            .AddLogging()
            .AddDurableTrainer()
            .AddSingleton(new ApiServices(store, new ExperimentClient(engine.Client, store), new LiveExperiments(store), new FolderDataRoot(Path.Combine(folder.FullName, "data"))))
            .AddSingleton<System.Diagnostics.DiagnosticListener>(_ => new("tests"))
            .AddSingleton<IHostEnvironment>(new HostingEnvironment { ApplicationName = "DurableTrainer.Functions" })
            .BuildServiceProvider();
        pipeline = new HttpPipeline(services);
    }

    [Fact]
    public async Task A_route_of_the_api_answers_whatever_the_host_had_matched()
    {
        Assert.Equal((200, """{"items":[]}"""), await SendAsync("GET", "/api/experiments"));
    }

    [Fact]
    public async Task An_address_that_is_none_and_an_experiment_that_is_none_are_told_as_problems()
    {
        Assert.Contains("urn:durabletrainer:problem:not-found", (await SendAsync("GET", "/api/nothing")).Body, StringComparison.Ordinal);
        var (status, body) = await SendAsync("GET", "/api/experiments/digits-1");
        Assert.Equal(404, status);
        Assert.Contains("There is no experiment 'digits-1'.", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_is_taken_in()
    {
        Assert.Equal(201, (await SendAsync("PUT", "/api/data/a/x.csv", "1,2\n")).Status);
        Assert.Contains("a/x.csv", (await SendAsync("GET", "/api/data")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_spec_that_cannot_be_run_is_told_with_all_that_is_wrong()
    {
        var (status, body) = await SendAsync("POST", "/api/experiments", """{ "name": "x", "space": [] }""");

        Assert.Equal(400, status);
        Assert.Contains("/objective", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_and_the_description_answer_too()
    {
        Assert.Equal(200, (await SendAsync("GET", "/health/live")).Status);
        Assert.Equal(200, (await SendAsync("GET", "/health/ready")).Status);
        Assert.Contains("\"openapi\"", (await SendAsync("GET", "/openapi/v1.json")).Body, StringComparison.Ordinal);
    }

    public async Task DisposeAsync()
    {
        await engine.DisposeAsync();
        await services.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private async Task<(int Status, string Body)> SendAsync(string method, string path, string? body = null)
    {
        await using var scope = services.CreateAsyncScope();
        var answer = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        context.Request.Method = method;
        context.Request.Path = path;
        context.Request.RouteValues["path"] = path[1..];
        context.SetEndpoint(new Endpoint(_ => throw new InvalidOperationException("This is the host's."), null, "Api"));
        context.Response.Body = answer;
        if (body is not null)
        {
            context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
            context.Request.ContentType = "application/json";
            context.Request.ContentLength = body.Length;
        }

        await pipeline.RunAsync(context);
        await context.Response.CompleteAsync();
        return (context.Response.StatusCode, Encoding.UTF8.GetString(answer.ToArray()));
    }
}
