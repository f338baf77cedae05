using DurableTrainer.Tuning;

namespace DurableTrainer.Experiments.Artifacts;

/// <summary>What became of an expert of the bandit.</summary>
/// <param name="Name">Which one.</param>
/// <param name="Chosen">Trials that it was chosen for.</param>
/// <param name="Earned">
/// What these earned, in all: up to about 1 for a trial that gained much more than the noise, 0 for one that gained nothing, less for one
/// that was dear. What a trial earned is known once another is proposed.
/// </param>
public sealed record ExpertSummary(string Name, int Chosen, double Earned)
{
    /// <summary>More digits say nothing.</summary>
    private const int Decimals = 4;

    /// <summary>Null as long as no bandit has chosen any point.</summary>
    public static IReadOnlyList<ExpertSummary>? Of(TunerState state) => state.Bandit is not { } bandit ? null
        : [.. bandit.Experts.Select(expert => new ExpertSummary(expert.Name, expert.Chosen, Math.Round(expert.Earned, Decimals)))];
}
