namespace DurableTrainer.Core.Spec;

/// <summary>A metric to optimise.</summary>
public sealed record ObjectiveSpec
{
    private readonly Goal? goal;

    /// <summary>Its name as trials report it, such as <c>validation.accuracy</c>.</summary>
    public required string Metric { get; init; }

    /// <summary>
    /// When it is not said: errors (loss, mae, rmse, perplexity) and sizes (parameters, flops) are minimised, everything else is
    /// maximised.
    /// </summary>
    public Goal Goal
    {
        get => goal ?? (Metric?.Split('.')[^1] is "loss" or "mae" or "rmse" or "perplexity" or "parameters" or "flops"
            ? Goal.Minimize : Goal.Maximize);
        init => goal = value;
    }

    /// <summary>Which of a trial's epochs counts; of several objectives the same, since their values belong to one model.</summary>
    public Reduction Reduce { get; init; } = Reduction.Best;

    /// <summary>The experiment ends when a trial reaches it; with several objectives, when it reaches all targets that there are.</summary>
    public double? Target { get; init; }

    /// <summary>Whether <paramref name="a"/> is strictly better than <paramref name="b"/>; a number is better than none.</summary>
    public bool IsBetter(double a, double b) =>
        double.IsNaN(a) ? false : double.IsNaN(b) || (Goal == Goal.Maximize ? a > b : a < b);

    /// <summary>Whether <paramref name="value"/> reaches the target.</summary>
    public bool Reaches(double value) => Target is { } target && (Goal == Goal.Maximize ? value >= target : value <= target);
}

public enum Goal
{
    Maximize,
    Minimize,
}

public enum Reduction
{
    Best,
    Last,
}
