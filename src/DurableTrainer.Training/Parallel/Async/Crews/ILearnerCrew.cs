using DurableTrainer.Training.Parallel.Async.Server;

namespace DurableTrainer.Training.Parallel.Async.Crews;

/// <summary>The learners of a session, wherever they run.</summary>
internal interface ILearnerCrew : IDisposable
{
    /// <summary>Has the batches of the server's epoch computed, until all are applied, no learner is left to do it, or it is cancelled.</summary>
    /// <param name="server">Used by nobody else meanwhile.</param>
    /// <param name="cancellation">Ends it early.</param>
    void RunEpoch(ParameterServer server, CancellationToken cancellation);

    /// <summary>So many threads compute at a time from here on.</summary>
    void UseThreads(int threads);
}
