using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace DurableTrainer.Functions.Triggers;

/// <summary>The HTTP API. All but health asks for a function key.</summary>
internal sealed class HttpTriggers(HttpPipeline pipeline, Desk desk)
{
    [Function(nameof(Api))]
    public Task Api(
        [HttpTrigger(AuthorizationLevel.Function, "get", "post", "put", "delete", Route = "api/{*path}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => AnswerAsync(request, client);

    [Function(nameof(Description))]
    public Task Description(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "openapi/{*path}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => AnswerAsync(request, client);

    [Function(nameof(Health))]
    public Task Health(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health/{*path}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => AnswerAsync(request, client);

    private Task AnswerAsync(HttpRequest request, DurableTaskClient client)
    {
        desk.Open(client);
        return pipeline.RunAsync(request.HttpContext);
    }
}
