using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Async.Crews;
using DurableTrainer.Training.Parallel.Async.Loopback;
using DurableTrainer.Training.Parallel.Async.Virtual;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Async;

/// <summary>What learners live in.</summary>
public sealed record AsyncSurroundings
{
    /// <summary>This machine's clock, and no processes.</summary>
    public static AsyncSurroundings Plain { get; } = new();

    /// <summary>By which leases run out.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Starts the process of a learner; null where no processes can be started.</summary>
    public Func<LearnerAddress, ILearnerProcess>? StartLearner { get; init; }

    /// <summary>Simulated time instead.</summary>
    internal VirtualSetting? Virtual { get; init; }

    /// <exception cref="ProcessorException">Learners are to be processes, and none can be started here.</exception>
    internal void Require(AsyncParallelSpec spec)
    {
        if (spec.LearnerKind == LearnerKind.Processes && StartLearner is null && Virtual is null)
        {
            throw new ProcessorException(
                "/parallel/learnerKind: this worker cannot start processes; choose \"threads\" instead of \"processes\".");
        }
    }

    internal ILearnerCrew CrewOf(AsyncSession session, int threads)
    {
        if (Virtual is { } setting)
            return new VirtualCrew(session, setting);
        return new ThreadCrew(session.Rules, threads, SeatsOf(session), session.RoomForLearner, Time);
    }

    private Func<int, CancellationToken, ILearnerSeat> SeatsOf(AsyncSession session)
    {
        if (session.Rules.LearnerKind == LearnerKind.Threads)
            return (learner, _) => new LocalSeat(new Learner(learner, session.Rules), session.CompileLearner());
        return (learner, cancellation) => new RemoteSeat(session.SetupOf(learner), StartLearner!, cancellation);
    }
}
