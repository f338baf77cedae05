namespace DurableTrainer.Training.Parallel.Async.Loopback;

/// <summary>The process of a learner, which runs a <see cref="LearnerProgram"/>. To dispose of it ends it.</summary>
public interface ILearnerProcess : IDisposable
{
    /// <summary>Completes when it has ended, whoever has ended it.</summary>
    Task Ended { get; }
}
