namespace DurableTrainer.Durable;

/// <summary>A piece of work with effects. It may run more than once, so its effects carry a key of their own and land once.</summary>
public abstract class Activity<TInput, TOutput>
{
    /// <param name="context">Who called, and which attempt this is.</param>
    /// <param name="input">What to do.</param>
    /// <param name="cancellation">
    /// Set when the host stops. An activity that then throws <see cref="OperationCanceledException"/> leaves no trace in the history
    /// and runs again at the next start.
    /// </param>
    public abstract Task<TOutput> RunAsync(ActivityContext context, TInput input, CancellationToken cancellation);
}

/// <param name="InstanceId">The orchestration that called.</param>
/// <param name="Activity">The name that it called.</param>
/// <param name="Attempt">1 for the first attempt.</param>
public sealed record ActivityContext(string InstanceId, string Activity, int Attempt);
