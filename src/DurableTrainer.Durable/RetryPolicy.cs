namespace DurableTrainer.Durable;

/// <summary>How often, and how far apart, a failed call is tried again.</summary>
/// <param name="MaxAttempts">Attempts in all, the first one included; at least 1.</param>
/// <param name="FirstDelay">Time between the first failure and the second attempt.</param>
/// <param name="Backoff">Factor from one delay to the next; at least 1.</param>
/// <param name="MaxDelay">No delay is longer than this.</param>
/// <param name="Handles">Which failures are tried again; all of them when null. Must be pure: it is asked again on replay.</param>
public sealed record RetryPolicy(
    int MaxAttempts,
    TimeSpan FirstDelay,
    double Backoff = 2,
    TimeSpan? MaxDelay = null,
    Func<Failure, bool>? Handles = null)
{
    /// <summary>The delay after attempt number <paramref name="attempt"/> (from 1) failed, or null when that was the last one.</summary>
    public TimeSpan? DelayAfter(int attempt, Failure failure)
    {
        if (attempt >= MaxAttempts || Handles?.Invoke(failure) == false)
            return null;
        if (FirstDelay <= TimeSpan.Zero)
            return TimeSpan.Zero;
        var milliseconds = FirstDelay.TotalMilliseconds * Math.Pow(Backoff, attempt - 1);
        return TimeSpan.FromMilliseconds(Math.Min(milliseconds, (MaxDelay ?? TimeSpan.FromDays(1)).TotalMilliseconds));
    }
}
