using System.Text.Json.Serialization;
using DurableTrainer.Core.Space;

namespace DurableTrainer.Core.Spec;

/// <summary>A whole experiment file, completed with defaults.</summary>
public sealed record ExperimentSpec
{
    /// <summary>Letters a-z, digits and dashes; up to 63.</summary>
    [Matches(Names.Pattern, Names.Words)]
    public string Name { get; init; } = "experiment";

    /// <summary>Every random choice of the experiment follows from it.</summary>
    public long Seed { get; init; }

    /// <summary>One, or several for a Pareto front.</summary>
    [NotEmpty]
    [JsonConverter(typeof(OneOrManyConverter<ObjectiveSpec>))]
    public required IReadOnlyList<ObjectiveSpec> Objective { get; init; }

    [NotEmpty]
    public required IReadOnlyList<Parameter> Space { get; init; }

    /// <summary>Arithmetic comparisons over parameter names; a point that breaks one is never proposed.</summary>
    public IReadOnlyList<string> Constraints { get; init; } = [];

    /// <summary>What to train, with <c>$name</c> wherever a point's value goes.</summary>
    public required TrainingTemplate Training { get; init; }

    public TunerSpec Tuner { get; init; } = new();

    public SchedulerSpec Scheduler { get; init; } = new AshaSpec();

    public AdaptationSpec? Adaptation { get; init; }

    public ConvergenceSpec? Convergence { get; init; }

    public BudgetSpec Budget { get; init; } = new();

    public QuotaSpec Quota { get; init; } = new();

    public LimitsSpec Limits { get; init; } = new();

    public FailureSpec Failure { get; init; } = new();

    public RetuneSpec? Retune { get; init; }

    /// <summary>Two specs are equal when their completed files are.</summary>
    public bool Equals(ExperimentSpec? other) =>
        other is not null && (ReferenceEquals(this, other) || SpecReader.Write(this) == SpecReader.Write(other));

    public override int GetHashCode() => SpecReader.Write(this).GetHashCode(StringComparison.Ordinal);
}
