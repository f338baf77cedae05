using DurableTrainer.Core.Space;

namespace DurableTrainer.Experiments.Artifacts;

/// <summary>The promoted model of an experiment name: the artifact <c>models/{name}/champion.json</c>, which changes in one conditional write.</summary>
public sealed record Champion
{
    public required string Name { get; init; }

    /// <summary>The experiment that found it.</summary>
    public required string Experiment { get; init; }

    public required int Trial { get; init; }

    /// <summary>What it was trained with.</summary>
    public required Point Point { get; init; }

    /// <summary>What it was compared by.</summary>
    public required string Metric { get; init; }

    /// <summary>Its value when it was promoted.</summary>
    public required double Value { get; init; }

    public required DateTimeOffset PromotedAt { get; init; }

    /// <summary>Path of the model: a copy of its own, which stays when the experiment is deleted.</summary>
    public required string Model { get; init; }

    /// <summary>Who has challenged a champion of this name, the newest first.</summary>
    public required IReadOnlyList<Challenge> Challenges { get; init; }
}

/// <summary>How an experiment's best model did against the champion of its name.</summary>
public sealed record Challenge
{
    public required string Experiment { get; init; }

    public required int Trial { get; init; }

    public required DateTimeOffset At { get; init; }

    public required bool IsPromoted { get; init; }

    public required string Metric { get; init; }

    public required double Value { get; init; }

    /// <summary>The experiment of the champion that was challenged; null when there was none.</summary>
    public string? Against { get; init; }

    /// <summary>The champion's value; null when there was none, or when it could not be measured.</summary>
    public double? AgainstValue { get; init; }

    /// <summary>What was decided and why, as a sentence.</summary>
    public required string Reason { get; init; }
}
