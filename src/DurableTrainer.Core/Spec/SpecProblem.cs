namespace DurableTrainer.Core.Spec;

/// <summary>One thing that is wrong with a spec.</summary>
/// <param name="Pointer">A JSON pointer (RFC 6901) to the place; empty for the whole.</param>
/// <param name="Message">What is wrong and what is allowed, as a sentence.</param>
public sealed record SpecProblem(string Pointer, string Message)
{
    public override string ToString() => $"{(Pointer.Length == 0 ? "(whole file)" : Pointer)}: {Message}";
}

/// <summary>A spec cannot be used. Carries all problems that were found, in the order of the file.</summary>
public sealed class SpecException(IReadOnlyList<SpecProblem> problems)
    : Exception(string.Join(Environment.NewLine, problems))
{
    public IReadOnlyList<SpecProblem> Problems { get; } = problems;
}
