using DurableTrainer.Training.Parallel.Async.Crews;
using DurableTrainer.Training.Parallel.Async.Virtual;

namespace DurableTrainer.Training.Parallel.Async;

/// <summary>What learners live in.</summary>
public sealed record AsyncSurroundings
{
    /// <summary>This machine's clock.</summary>
    public static AsyncSurroundings Plain { get; } = new();

    /// <summary>By which leases run out.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Simulated time instead.</summary>
    internal VirtualSetting? Virtual { get; init; }

    internal ILearnerCrew CrewOf(AsyncSession session, int threads) => Virtual is { } setting
        ? new VirtualCrew(session, setting)
        : new ThreadCrew(
            session.Rules, threads, () => session.CompileLearner(), session.RoomForGradient, session.RoomForSamples, Time);
}
