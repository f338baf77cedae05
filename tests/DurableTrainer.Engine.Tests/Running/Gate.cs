namespace DurableTrainer.Engine.Tests.Running;

/// <summary>Lets a test know that an activity is running, and holds it there until the test says so.</summary>
internal sealed class Gate
{
    private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Reached => reached.Task;

    public Task PassAsync(CancellationToken stop = default)
    {
        reached.TrySetResult();
        return opened.Task.WaitAsync(stop);
    }

    public void Open() => opened.TrySetResult();
}
