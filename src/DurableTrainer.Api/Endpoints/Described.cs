using DurableTrainer.Api.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableTrainer.Api.Endpoints;

/// <summary>Says in the description of the API what a route may answer beside its result.</summary>
internal static class Described
{
    public static RouteHandlerBuilder Problems(this RouteHandlerBuilder route, params int[] statuses)
    {
        foreach (var status in statuses)
            route.Produces<ApiProblem>(status, ProblemResult.ContentType);
        return route;
    }
}
