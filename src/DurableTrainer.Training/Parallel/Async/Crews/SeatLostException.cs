namespace DurableTrainer.Training.Parallel.Async.Crews;

/// <summary>A learner is gone, and another can take its seat.</summary>
internal sealed class SeatLostException(string message, Exception? inner = null) : Exception(message, inner);
