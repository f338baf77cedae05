using DurableTrainer.Api.Endpoints;
using DurableTrainer.Api.Problems;
using Microsoft.AspNetCore.Http;

namespace DurableTrainer.Api.Security;

/// <summary>Lets only requests with the key through; those for health need none.</summary>
internal sealed class ApiKeyCheck(RequestDelegate next, ApiKey key)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments(HealthEndpoints.Prefix, StringComparison.Ordinal))
            return next(context);
        // A missing key is compared, too: how long it takes tells nothing.
        var sent = context.Request.Headers[ApiKey.Header] is [{ } one] ? one : "";
        return key.Matches(sent) ? next(context) : new ProblemResult(KnownProblems.Of(StatusCodes.Status401Unauthorized)).ExecuteAsync(context);
    }
}
