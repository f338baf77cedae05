namespace DurableTrainer.Training.Parallel.Async;

/// <summary>A learner cannot be kept running, which has nothing to do with what it learns.</summary>
public sealed class LearnerException(string message, Exception? inner = null) : TrainingException(message, inner);
