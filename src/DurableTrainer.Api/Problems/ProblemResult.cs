using System.Text.Json;
using DurableTrainer.Experiments.Artifacts;
using Microsoft.AspNetCore.Http;

namespace DurableTrainer.Api.Problems;

/// <summary>Answers with a problem document, whatever the client says that it accepts.</summary>
internal sealed class ProblemResult(ApiProblem problem) : IResult
{
    public const string ContentType = "application/problem+json";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = problem.Status;
        response.ContentType = ContentType;
        var body = Write(problem);
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(httpContext.Request.Method))
            await response.Body.WriteAsync(body, httpContext.RequestAborted);
    }

    public static byte[] Write(ApiProblem problem) => JsonSerializer.SerializeToUtf8Bytes(problem, ArtifactJson.Line);
}
