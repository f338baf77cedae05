using DurableTrainer.Api.Events;
using DurableTrainer.Api.Http;
using DurableTrainer.Experiments.Artifacts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DurableTrainer.Api.Endpoints;

/// <summary>Tells what happens in an experiment as it happens.</summary>
internal static class EventEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/experiments/{id}/events", FollowAsync).WithName("FollowEvents")
            .WithSummary("Server-sent events until the experiment has ended; Last-Event-ID goes on behind an event. As JSON: what has happened so far.")
            .Produces<ExperimentEvent>(200, ServerSentEvents.ContentType, "application/json").Produces(StatusCodes.Status204NoContent).Problems(404);

    private static async Task FollowAsync(string id, string? after, HttpContext context, ApiServices api, CancellationToken cancellation)
    {
        context.Response.Headers.Vary = "Accept";
        if (Accepted.Prefers(context.Request, "application/json", ServerSentEvents.ContentType))
        {
            await JsonAnswer.Of(await api.Catalog.EventsAsync(id, cancellation)).ExecuteAsync(context);
            return;
        }

        var known = context.Request.Headers["Last-Event-ID"] is [{ Length: > 0 } header, ..] ? header : after;
        var events = await api.Catalog.EventsAsync(id, cancellation);
        if (known is not null && events is [.., { Type: ExperimentEventType.ExperimentEnded } last] && last.Id == known)
        {
            // There is nothing more to come: a client that connects again and again is told to stop.
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        await ServerSentEvents.SendAsync(context, api.Live.WatchAsync(id, known, ServerSentEvents.KeepAlive, cancellation), cancellation);
    }
}
