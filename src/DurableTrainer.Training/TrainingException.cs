namespace DurableTrainer.Training;

/// <summary>The family of everything that keeps a model from being trained and that its user can do something about.</summary>
public abstract class TrainingException(string message, Exception? inner = null) : Exception(message, inner);
