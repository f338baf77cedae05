using DurableTrainer.Api.Http;
using DurableTrainer.Api.Problems;
using DurableTrainer.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DurableTrainer.Api.Endpoints;

/// <summary>Whether the server lives, and whether it can work: for those who start and restart it.</summary>
internal static class HealthEndpoints
{
    /// <summary>Below this, requests need no key.</summary>
    public const string Prefix = "/health";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Prefix + "/live", () => JsonAnswer.Of(new Health("live"))).WithName("Live").WithSummary("The process answers.").Produces<Health>();
        routes.MapGet(Prefix + "/ready", ReadyAsync).WithName("Ready").WithSummary("The engine runs, and artifacts can be reached.")
            .Produces<Health>().Problems(503);
    }

    private static async Task<IResult> ReadyAsync(ApiServices api, CancellationToken cancellation)
    {
        if (api.Fault.IsCompleted)
            throw new ApiException(KnownProblems.Unavailable("The engine has stopped; the server's log says why."));
        try
        {
            await api.Store.ExistsAsync(ArtifactPaths.Spec("none-0"), cancellation).WaitAsync(Patience, cancellation);
        }
        catch (Exception exception) when (exception is StorageException or TimeoutException)
        {
            throw new ApiException(KnownProblems.Unavailable("The place where artifacts live cannot be reached."));
        }

        return JsonAnswer.Of(new Health("ready"));
    }

    private sealed record Health(string Status);
}
