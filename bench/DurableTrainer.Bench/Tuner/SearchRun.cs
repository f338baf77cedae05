using DurableTrainer.Bench.Tuner.Tasks;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Bench.Tuner;

/// <summary>One agent on one task with one seed.</summary>
/// <param name="Task">What is searched.</param>
/// <param name="Agent">Who searches.</param>
/// <param name="Seed">Determines the points and the noise.</param>
/// <param name="Trials">How many there are, if the space has as many points.</param>
/// <param name="Batch">Proposals that are asked for before any of them is told.</param>
internal sealed record SearchPlan(SearchTask Task, TunerAgent Agent, long Seed, int Trials, int Batch)
{
    /// <summary>Points that are tried before the agent chooses.</summary>
    public IReadOnlyList<Point> Seeded { get; init; } = [];
}

/// <summary>What a search found.</summary>
/// <param name="Plan">What was asked for.</param>
/// <param name="Best">
/// After each trial, the best value so far, infinite while every trial has failed; with noise the true value of what would be handed over, since
/// nobody knows which of the trials was the best.
/// </param>
/// <param name="Luckiest">The true value of the trial whose told value was best.</param>
/// <param name="Origins">Of each trial, where its point came from.</param>
internal sealed record SearchRun(SearchPlan Plan, IReadOnlyList<double> Best, double Luckiest, IReadOnlyList<string> Origins)
{
    /// <summary>After so many trials, or after the last one where the space had no more points.</summary>
    public double BestAfter(int trials) => Best.Count == 0 ? double.PositiveInfinity : Best[Math.Min(trials, Best.Count) - 1];

    /// <summary>Of each trial, what was tried.</summary>
    public IReadOnlyList<Point> Points { get; init; } = [];
}
