namespace DurableTrainer.Training.Parallel.Pipeline.Filling;

/// <summary>What a filler brings, or why there is none.</summary>
internal sealed record FillPlan
{
    /// <summary>Why the main instance trains alone; null when it does not.</summary>
    public string? Refusal { get; init; }

    /// <summary>How the filler is trained; null when it is not.</summary>
    public FillerOption? Option { get; init; }

    /// <summary>Its chunks, by unit and in order of time, until its iterations repeat and for three of the main instance's at least.</summary>
    public IReadOnlyList<IReadOnlyList<FillerSpan>> Units { get; init; } = [];

    /// <summary>Iterations of the filler for each one of the main instance, in the long run.</summary>
    public double IterationsPerMain { get; init; }

    /// <summary>How many times as much both do as the main instance alone does in the time: 1 + the filler's work by the main instance's.</summary>
    public double Gain { get; init; } = 1;

    /// <summary>The gain if no unit idled any more: (m + p − 1)/m with equal stages under <c>gpipe</c> and <c>1f1b</c>.</summary>
    public required double Bound { get; init; }
}
