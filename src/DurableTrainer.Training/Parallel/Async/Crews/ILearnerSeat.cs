using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Async.Crews;

/// <summary>Where a learner computes. One thread uses it; only to abandon it any may.</summary>
internal interface ILearnerSeat : IDisposable
{
    /// <summary>Of the learner's membership; null when it takes no part.</summary>
    long? Epoch { get; }

    /// <exception cref="SeatLostException">The learner is gone.</exception>
    void Begin(Welcome welcome);

    /// <summary>Computes a gradient, which takes time.</summary>
    /// <param name="work">What it was given.</param>
    /// <param name="pass">The way through the model.</param>
    /// <param name="memory">Holds parameters and samples, and gets the gradient.</param>
    /// <exception cref="SeatLostException">The learner is gone.</exception>
    Push Compute(in Assignment work, in Pass pass, LearnerMemory memory);

    /// <exception cref="SeatLostException">The learner is gone.</exception>
    void Take(in Ack ack);

    /// <summary>Nobody waits any more for what it computes.</summary>
    void Abandon();
}
