using DurableTrainer.Api.Endpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace DurableTrainer.Api;

/// <summary>The routes, for any ASP.NET Core host.</summary>
public static class DurableTrainerApi
{
    /// <summary>Maps every route of the HTTP API and its description. <see cref="ApiServices"/> must be among the host's services.</summary>
    public static void MapDurableTrainer(this IEndpointRouteBuilder routes)
    {
        ExperimentEndpoints.Map(routes);
        SteeringEndpoints.Map(routes);
        TrialEndpoints.Map(routes);
        EventEndpoints.Map(routes);
        InsightEndpoints.Map(routes);
        ModelEndpoints.Map(routes);
        DataEndpoints.Map(routes);
        QuotaEndpoints.Map(routes);
        HealthEndpoints.Map(routes);
        routes.MapOpenApi("/openapi/{documentName}.json");
    }
}
