using DurableTrainer.Api.Problems;

namespace DurableTrainer.Cli.Sources;

/// <summary>A server cannot be reached, or did not do what it was asked.</summary>
internal sealed class ServerException(string message, ApiProblem? problem = null, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What the server said; null when it said nothing.</summary>
    public ApiProblem? Problem { get; } = problem;

    /// <summary>Whether the request itself is to blame.</summary>
    public bool IsUsage => Problem?.Status is 400 or 404 or 409 or 413 or 415 or 412;

    /// <summary>The detail, and everything that the problem lists.</summary>
    public static ServerException Of(ApiProblem problem) => new(
        string.Join(Environment.NewLine, [problem.Detail, .. problem.Errors?.Select(error => $"  {error}") ?? []]), problem);
}
