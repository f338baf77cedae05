namespace DurableTrainer.Training.Parallel.Data.Replicas;

/// <summary>The names of what is reported of each replica after an epoch: <c>parallel.unit-0.loss</c>.</summary>
internal static class ReplicaMetrics
{
    /// <summary>The mean of its losses.</summary>
    public const string Loss = "loss";

    /// <summary>The mean over steps of the norm of the gradient of its mean loss.</summary>
    public const string GradientNorm = "gradientNorm";

    /// <summary>The mean over steps of the cosine between its gradient and the sum of the others' that counted.</summary>
    public const string Agreement = "agreement";

    /// <summary>Samples that it had a part with in updates.</summary>
    public const string Samples = "samples";

    /// <summary>Steps in which it was left out.</summary>
    public const string Dropped = "dropped";

    private const string Prefix = "parallel.";

    public static string NameOf(string id, string what) => $"{Prefix}{id}.{what}";

    /// <returns>The id of the replica whose number of samples has this name; null when it is another name.</returns>
    public static string? IdOf(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith($".{Samples}", StringComparison.Ordinal) && name.Length > Prefix.Length + Samples.Length + 1
            ? name[Prefix.Length..^(Samples.Length + 1)]
            : null;
}
