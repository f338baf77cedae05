namespace DurableTrainer.Engine.Orchestrations;

/// <summary>
/// The single-threaded scheduler of one execution. Continuations run inside the turn that completed what they waited for, on its thread;
/// one that comes at any other time or from any other thread shows that the code awaited something that history knows nothing of.
/// </summary>
internal sealed class TurnScheduler(Action wentAstray) : SynchronizationContext
{
    private const int NoThread = 0;

    private readonly Queue<(SendOrPostCallback Callback, object? State)> posted = [];
    private int turnThread = NoThread;

    public bool IsInTurn => Volatile.Read(ref turnThread) == Environment.CurrentManagedThreadId;

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (IsInTurn)
            posted.Enqueue((d, state));
        else
            wentAstray();
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (IsInTurn)
            d(state);
        else
            wentAstray();
    }

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs steps as a turn; what each of them sets going has come to rest before the next begins.</summary>
    public void RunTurn(IEnumerable<Action> steps)
    {
        var outer = Current;
        SetSynchronizationContext(this);
        Volatile.Write(ref turnThread, Environment.CurrentManagedThreadId);
        try
        {
            foreach (var step in steps)
            {
                step();
                while (posted.TryDequeue(out var next))
                    next.Callback(next.State);
            }
        }
        finally
        {
            Volatile.Write(ref turnThread, NoThread);
            SetSynchronizationContext(outer);
        }
    }
}
