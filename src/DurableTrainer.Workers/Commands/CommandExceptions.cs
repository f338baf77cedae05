using DurableTrainer.Training;

namespace DurableTrainer.Workers.Commands;

/// <summary>A worker does not run a command: it is not allowed here, is not there, or is not what the experiment began with.</summary>
public sealed class CommandRefusedException(string message, Exception? inner = null) : TrainingException(message, inner);

/// <summary>A command did something by which its trial fails; trying again would end the same.</summary>
internal sealed class CommandFailedException(string message) : Exception(message);
