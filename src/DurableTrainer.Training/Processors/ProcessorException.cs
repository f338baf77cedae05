namespace DurableTrainer.Training.Processors;

/// <summary>A processor cannot do what is asked of it, though another might.</summary>
public sealed class ProcessorException(string message) : TrainingException(message);
