using DurableTrainer.Engine.Records;

namespace DurableTrainer.Engine.Loop;

/// <content>What clients ask of the loop. An answer comes once everything that it rests on is durable.</content>
internal sealed partial class EngineLoop
{
    /// <summary>Asks for something that the state says.</summary>
    /// <param name="question">Runs in the loop and changes nothing; what it throws is the answer.</param>
    /// <param name="cancellation">Waits no longer for the answer.</param>
    /// <exception cref="EngineStoppedException">The engine stopped before it could answer.</exception>
    /// <exception cref="DiskFullException">The engine waits for space on its disk.</exception>
    public Task<T> AskAsync<T>(Func<T> question, CancellationToken cancellation) => AnswerAsync(question, static found => found, cancellation);

    /// <summary>Asks for a change.</summary>
    /// <param name="decide">Runs in the loop, changes nothing itself, and says what to record, if anything; what it throws is the answer.</param>
    /// <param name="cancellation">Waits no longer for the answer; the change may be made all the same.</param>
    /// <returns>Whether anything was recorded.</returns>
    /// <exception cref="EngineStoppedException">The engine stopped before the change was durable.</exception>
    /// <exception cref="DiskFullException">The engine waits for space on its disk; the change may be made once there is.</exception>
    public Task<bool> ChangeAsync(Func<Record?> decide, CancellationToken cancellation) =>
        AnswerAsync(
            decide,
            record =>
            {
                if (record is not null)
                    Record(record);
                return record is not null;
            },
            cancellation);

    private Task<TAnswer> AnswerAsync<TFound, TAnswer>(Func<TFound> check, Func<TFound, TAnswer> act, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var answer = new TaskCompletionSource<TAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Refuse(Exception reason) => answer.TrySetException(reason);
        void Run()
        {
            TFound found;
            try
            {
                found = check();
            }
            // The edge of the question: nothing has changed yet, so that whatever it throws concerns nobody but who asked.
            catch (Exception exception)
            {
                WhenDurable(new(() => answer.TrySetException(exception), Refuse));
                return;
            }
            var result = act(found);
            WhenDurable(new(() => answer.TrySetResult(result), Refuse));
        }
        if (!queue.TryPost(new(Run, Refuse)))
            Refuse(new EngineStoppedException(halted));
        return answer.Task.WaitAsync(cancellation);
    }
}
