namespace DurableTrainer.Engine.Orchestrations;

/// <summary>A task that a timer completes, unless it is cancelled before.</summary>
internal sealed class PendingTimer
{
    private readonly TaskCompletionSource completion = new();
    private CancellationTokenRegistration registration;

    public Task Task => completion.Task;

    public void CancelWith(Action cancelled, CancellationToken cancellation) =>
        registration = cancellation.Register(() =>
        {
            cancelled();
            completion.TrySetCanceled(cancellation);
        });

    public void Complete()
    {
        registration.Dispose();
        completion.TrySetResult();
    }
}
