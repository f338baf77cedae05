using System.Globalization;
using System.Threading.RateLimiting;
using DurableTrainer.Api.Endpoints;
using DurableTrainer.Api.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;

namespace DurableTrainer.Api.Security;

/// <summary>So many requests a second from an address, and twice as many at once after a pause.</summary>
internal static class RateLimits
{
    public static void Configure(RateLimiterOptions options, int perSecond)
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, System.Net.IPAddress>(context =>
            context.Request.Path.StartsWithSegments(HealthEndpoints.Prefix, StringComparison.Ordinal)
                ? RateLimitPartition.GetNoLimiter(System.Net.IPAddress.None)
                : RateLimitPartition.GetTokenBucketLimiter(context.Connection.RemoteIpAddress ?? System.Net.IPAddress.None, _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = 2 * perSecond,
                    TokensPerPeriod = Math.Max(1, perSecond / 10),
                    ReplenishmentPeriod = TimeSpan.FromSeconds(Math.Max(0.1, 1.0 / perSecond)),
                    QueueLimit = 0,
                }));
        options.OnRejected = async (rejected, _) =>
        {
            var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? time : TimeSpan.FromSeconds(1);
            rejected.HttpContext.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            await new ProblemResult(KnownProblems.Of(StatusCodes.Status429TooManyRequests)).ExecuteAsync(rejected.HttpContext);
        };
    }
}
