using DurableTrainer.Api.Views;
using DurableTrainer.Core.Spec;
using DurableTrainer.Durable;
using DurableTrainer.Experiments.Submission;
using DurableTrainer.Storage;
using Microsoft.AspNetCore.Http;

namespace DurableTrainer.Api.Problems;

/// <summary>What is answered when something was thrown, and when a status was set without a word.</summary>
internal static class KnownProblems
{
    public static ApiProblem Of(Exception exception) => exception switch
    {
        ApiException api => api.Problem,
        SpecException spec => InvalidSpec(spec.Problems),
        KeyReusedException reused => ApiProblem.Of(StatusCodes.Status409Conflict, "key-reused", "The idempotency key is taken", reused.Message),
        ExperimentNotFoundException or InstanceNotFoundException => NotFound(exception.Message),
        BadHttpRequestException bad => Of(bad.StatusCode, bad.Message),
        StorageException => Unavailable("The place where artifacts live cannot be reached or refuses; try again later."),
        DurableException => Unavailable("The engine is stopping, or waits for space on its disk; try again later."),
        _ => ApiProblem.Of(StatusCodes.Status500InternalServerError, "fault", "A fault of the server", "The request could not be done. The server's log says why."),
    };

    /// <param name="status">An HTTP status from 400 on.</param>
    /// <param name="detail">What is wrong; null for what the status says in general.</param>
    public static ApiProblem Of(int status, string? detail = null) => status switch
    {
        StatusCodes.Status401Unauthorized => ApiProblem.Of(status, "no-key", "An API key is needed", detail ?? "Send the API key of this server in the header x-api-key."),
        StatusCodes.Status404NotFound => NotFound(detail ?? "There is nothing at this address. The routes are listed at /openapi/v1.json."),
        StatusCodes.Status405MethodNotAllowed => ApiProblem.Of(status, "method", "Not done here", detail ?? "This address does not take this method; the header Allow lists those that it takes."),
        StatusCodes.Status408RequestTimeout => ApiProblem.Of(status, "too-slow", "The request came too slowly", detail ?? "The body must come faster."),
        StatusCodes.Status413PayloadTooLarge => ApiProblem.Of(status, "too-large", "The body is too large", detail ?? "A spec may have up to 1 MiB."),
        StatusCodes.Status415UnsupportedMediaType => ApiProblem.Of(status, "media-type", "Not a format that is read here", detail ?? "Send application/json or application/yaml."),
        StatusCodes.Status429TooManyRequests => ApiProblem.Of(status, "too-many", "Too many requests", detail ?? "Wait as long as the header Retry-After says."),
        >= 500 => ApiProblem.Of(status, "fault", "A fault of the server", detail ?? "The request could not be done. The server's log says why."),
        _ => ApiProblem.Of(status, "bad-request", "The request cannot be understood", detail ?? "Something about the request is not as HTTP wants it."),
    };

    public static ApiProblem Unavailable(string detail) =>
        ApiProblem.Of(StatusCodes.Status503ServiceUnavailable, "unavailable", "The service cannot work now", detail);

    private static ApiProblem NotFound(string detail) => ApiProblem.Of(StatusCodes.Status404NotFound, "not-found", "Not there", detail);

    private static ApiProblem InvalidSpec(IReadOnlyList<SpecProblem> problems)
    {
        var problem = ApiProblem.Of(
            StatusCodes.Status400BadRequest,
            "invalid-spec",
            "The spec cannot be run",
            problems.Count == 1 ? "The spec has a problem." : $"The spec has {problems.Count} problems.");
        return problem with { Errors = problems };
    }
}
