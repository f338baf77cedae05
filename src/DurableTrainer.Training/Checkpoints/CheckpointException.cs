namespace DurableTrainer.Training.Checkpoints;

/// <summary>A file of tensors is not what it should be. The message says what is wrong with it; the file should not be used.</summary>
public sealed class CheckpointException(string message, Exception? inner = null) : TrainingException(message, inner);
