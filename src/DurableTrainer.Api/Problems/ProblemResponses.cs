using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DurableTrainer.Api.Problems;

/// <summary>The outermost step of every request: whatever goes wrong further in is answered with a problem document.</summary>
internal sealed class ProblemResponses(RequestDelegate next, ILogger<ProblemResponses> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            var response = context.Response;
            if (response is { HasStarted: false, StatusCode: >= 400, ContentType: null } && response.ContentLength is null or 0)
                await new ProblemResult(KnownProblems.Of(response.StatusCode)).ExecuteAsync(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be told.
            context.Abort();
        }
        // The edge of the request: whatever it throws is its answer.
        catch (Exception exception)
        {
            var problem = KnownProblems.Of(exception);
            if (problem.Status >= StatusCodes.Status500InternalServerError)
                log.LogError(exception, "{Method} {Route} could not be done", context.Request.Method, context.GetEndpoint()?.DisplayName);
            if (context.Response.HasStarted)
            {
                // Half an answer must not look like a whole one.
                context.Abort();
                return;
            }

            context.Response.Clear();
            if (problem.Status == StatusCodes.Status503ServiceUnavailable)
                context.Response.Headers.RetryAfter = "5";
            await new ProblemResult(problem).ExecuteAsync(context);
        }
    }
}
