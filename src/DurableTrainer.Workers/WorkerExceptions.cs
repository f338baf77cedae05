namespace DurableTrainer.Workers;

/// <summary>The family of what can go wrong with workers.</summary>
public abstract class WorkerException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A worker exited, hung or wrote nonsense while it ran a slice. The slice can run again from its checkpoint.</summary>
public sealed class WorkerLostException(string message) : WorkerException(message)
{
    /// <summary>Epochs of the trial that the worker had reported as done.</summary>
    public int Epochs { get; internal set; }
}

/// <summary>A worker's surroundings failed (its disk is full, the data is gone): running the slice again at once would fail again.</summary>
public sealed class WorkerFaultException(string message, bool isFull = false) : WorkerException(message)
{
    /// <summary>Whether all that is missing is space.</summary>
    public bool IsFull { get; } = isFull;
}

/// <summary>A worker process cannot be started at all.</summary>
public sealed class WorkerStartException(string message, Exception? inner = null) : WorkerException(message, inner);
