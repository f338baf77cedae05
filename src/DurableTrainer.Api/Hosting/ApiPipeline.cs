using DurableTrainer.Api.Http;
using DurableTrainer.Api.Problems;
using DurableTrainer.Api.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DurableTrainer.Api.Hosting;

/// <summary>What every ASP.NET Core host of the API needs, whoever listens and checks keys.</summary>
public static class ApiPipeline
{
    /// <summary>Sets routing, JSON, errors and the description up. <see cref="ApiServices"/> is for the host to add.</summary>
    public static IServiceCollection AddDurableTrainer(this IServiceCollection services)
    {
        services.AddRouting();
        services.Configure<RouteHandlerOptions>(handlers => handlers.ThrowOnBadRequest = true);
        services.Configure<JsonOptions>(json => ApiDescription.Configure(json.SerializerOptions));
        return services.AddOpenApi(ApiDescription.Document, ApiDescription.Configure);
    }

    /// <summary>Sets the headers of every answer, and turns what goes wrong behind it into problems. Comes first.</summary>
    public static IApplicationBuilder UseDurableTrainer(this IApplicationBuilder host) =>
        host.UseMiddleware<SecurityHeaders>().UseMiddleware<ProblemResponses>();
}
