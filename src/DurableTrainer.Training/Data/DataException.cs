namespace DurableTrainer.Training.Data;

/// <summary>The data cannot be trained on. The message names the file and the line or byte, what was found and what is allowed.</summary>
public sealed class DataException(string message, Exception? inner = null) : TrainingException(message, inner);
