using DurableTrainer.Api.Http;
using DurableTrainer.Api.Problems;
using DurableTrainer.Api.Views;
using DurableTrainer.Experiments.Artifacts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DurableTrainer.Api.Endpoints;

/// <summary>Cancels, pauses, resumes and deletes experiments. Done twice, each is done once.</summary>
internal static class SteeringEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/experiments/{id}/cancel", CancelAsync).WithName("CancelExperiment")
            .WithSummary("Ends an experiment with what it has found so far.").Produces<ExperimentView>(StatusCodes.Status202Accepted).Problems(404);
        routes.MapPost("/api/experiments/{id}/pause", PauseAsync).WithName("PauseExperiment")
            .WithSummary("Starts nothing more of an experiment until it is resumed.").Produces<ExperimentView>(StatusCodes.Status202Accepted).Problems(404, 409);
        routes.MapPost("/api/experiments/{id}/resume", ResumeAsync).WithName("ResumeExperiment")
            .WithSummary("Goes on with an experiment that was paused.").Produces<ExperimentView>(StatusCodes.Status202Accepted).Problems(404, 409);
        routes.MapDelete("/api/experiments/{id}", DeleteAsync).WithName("DeleteExperiment")
            .WithSummary("Removes an ended experiment and all that belongs to it.").Produces(StatusCodes.Status204NoContent).Problems(404, 409);
    }

    private static Task<IResult> CancelAsync(string id, HttpContext context, ApiServices api, CancellationToken cancellation) =>
        SteerAsync(id, context, api, "cancelled", isFineWhenOver: true, () => api.Experiments.CancelAsync(id, "cancelled", cancellation), cancellation);

    private static Task<IResult> PauseAsync(string id, HttpContext context, ApiServices api, CancellationToken cancellation) =>
        SteerAsync(id, context, api, "paused", isFineWhenOver: false, () => api.Experiments.PauseAsync(id, cancellation), cancellation);

    private static Task<IResult> ResumeAsync(string id, HttpContext context, ApiServices api, CancellationToken cancellation) =>
        SteerAsync(id, context, api, "resumed", isFineWhenOver: false, () => api.Experiments.ResumeAsync(id, cancellation), cancellation);

    private static async Task<IResult> SteerAsync(
        string id, HttpContext context, ApiServices api, string done, bool isFineWhenOver, Func<Task> steer, CancellationToken cancellation)
    {
        var view = await api.Catalog.GetAsync(id, cancellation);
        if (view.IsOver && !isFineWhenOver)
            throw new ApiException(StatusCodes.Status409Conflict, "ended", "The experiment has ended", $"{id} has ended ({view.Reason}); it cannot be {done}.");
        if (!view.IsOver)
            await steer();
        api.Statuses.Forget(id);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        return JsonAnswer.Of(await ExperimentEndpoints.WithWorkflowAsync(api, view, cancellation));
    }

    private static async Task<IResult> DeleteAsync(string id, ApiServices api, CancellationToken cancellation)
    {
        if (!ExperimentIds.IsId(id))
            throw new ExperimentNotFoundException(id);
        try
        {
            await api.Experiments.DeleteAsync(id, cancellation);
        }
        catch (InvalidOperationException exception)
        {
            throw new ApiException(StatusCodes.Status409Conflict, "running", "The experiment has not ended", exception.Message);
        }

        api.Catalog.Forget(id);
        api.Statuses.Forget(id);
        return Results.NoContent();
    }
}
