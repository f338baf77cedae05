using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Quotas;

namespace DurableTrainer.Api.Problems;

/// <summary>Why a request was not done, and what to do: a problem document (RFC 9457).</summary>
/// <param name="Type">Which kind of problem, as a URI that stays the same.</param>
/// <param name="Title">The kind in words.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">This one, as a sentence.</param>
public sealed record ApiProblem(string Type, string Title, int Status, string Detail)
{
    /// <summary>Everything that is wrong with a spec, in its order.</summary>
    public IReadOnlyList<SpecProblem>? Errors { get; init; }

    /// <summary>Everything that a quota has too little of.</summary>
    public IReadOnlyList<Excess>? Exceeded { get; init; }

    /// <param name="status">The HTTP status.</param>
    /// <param name="kind">Which kind, in a word or two with dashes.</param>
    /// <param name="title">The kind in words.</param>
    /// <param name="detail">This one, as a sentence.</param>
    public static ApiProblem Of(int status, string kind, string title, string detail) => new($"urn:durabletrainer:problem:{kind}", title, status, detail);
}

/// <summary>A request cannot be done; what is answered is the problem.</summary>
public sealed class ApiException(ApiProblem problem) : Exception(problem.Detail)
{
    public ApiException(int status, string kind, string title, string detail)
        : this(ApiProblem.Of(status, kind, title, detail))
    {
    }

    public ApiProblem Problem { get; } = problem;
}
