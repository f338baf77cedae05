using DurableTrainer.Core.Trials;

namespace DurableTrainer.Workers.Slices;

/// <summary>The threads of a slice, which its pool may change while it runs: what is offered is taken before the next epoch.</summary>
internal sealed class SliceThreads(int threads, string reason)
{
    private readonly Lock gate = new();
    private readonly List<Grant> grants = [];
    private (int Threads, string Reason) offer = (threads, reason);

    /// <summary>The threads that it had, from its first epoch on.</summary>
    public IReadOnlyList<Grant> Grants
    {
        get
        {
            lock (gate)
                return [.. grants];
        }
    }

    public void Offer(int threads, string reason)
    {
        lock (gate)
            offer = (threads, reason);
    }

    /// <param name="epoch">Epochs that are done.</param>
    /// <returns>The threads to go on with.</returns>
    public int Take(int epoch)
    {
        lock (gate)
        {
            if (grants.Count == 0 || grants[^1].Threads != offer.Threads)
                grants.Add(new Grant(epoch, offer.Threads, offer.Reason));
            return offer.Threads;
        }
    }
}
