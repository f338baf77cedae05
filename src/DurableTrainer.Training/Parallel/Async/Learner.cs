using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Parallel.Async;

/// <summary>A learner's side of the conversation: what it has seen, and by what it wants its updates scaled.</summary>
/// <param name="number">Which one it is.</param>
/// <param name="spec">The rules.</param>
internal sealed class Learner(int number, AsyncParallelSpec spec)
{
    private StalenessWindow window = new(spec.Window, spec.Learners);
    private long membership;
    private long sequence;

    public int Number => number;

    /// <summary>Of its membership; null when it takes no part.</summary>
    public long? Epoch { get; private set; }

    /// <summary>Its last stalenesses, from the oldest to the newest.</summary>
    public IReadOnlyList<int> Window => window.Values;

    /// <summary>Takes part from here on.</summary>
    public void Begin(Welcome welcome)
    {
        (Epoch, membership, sequence) = (welcome.Epoch, welcome.Membership, 0);
        window = new StalenessWindow(welcome.Window);
    }

    /// <exception cref="InvalidOperationException">It takes no part.</exception>
    public Push PushOf(in Assignment work, bool isFinite) => new(
        number, Epoch ?? throw new InvalidOperationException($"Learner {number} takes no part."), ++sequence, work.Version, work.Batch,
        StalenessScale.Of(spec, window.Values), isFinite);

    /// <summary>Learns what became of its last push.</summary>
    public void Take(in Ack ack)
    {
        if (ack.Outcome == PushOutcome.OldEpoch)
        {
            Epoch = null;
            return;
        }

        if (ack.Membership != membership)
        {
            membership = ack.Membership;
            window.Reseed(ack.Learners);
        }

        if (ack.Outcome is PushOutcome.Applied or PushOutcome.Gathered)
            window.Add(ack.Staleness);
    }
}
