namespace DurableTrainer.Training.Parallel.Async.Server;

/// <summary>
/// The batches of an epoch, each of which is applied once. Every learner has a shard of consecutive ones; who is done with its own takes
/// from the end of the longest, and what a learner could not finish is the next that anyone takes.
/// </summary>
internal sealed class EpochWork
{
    private readonly bool[] done;
    private readonly SortedDictionary<int, LinkedList<int>> shards = [];
    private readonly SortedSet<int> returned = [];

    /// <param name="batches">How many there are.</param>
    /// <param name="done">Those that were applied before.</param>
    /// <param name="learners">Who gets a shard; the first that come take from one when there are none.</param>
    public EpochWork(int batches, IEnumerable<int> done, IReadOnlyCollection<int> learners)
    {
        this.done = new bool[batches];
        foreach (var batch in done)
            this.done[batch] = true;
        int[] left = [.. Enumerable.Range(0, batches).Where(batch => !this.done[batch])];
        Left = left.Length;
        int[] owners = learners.Count == 0 ? [0] : [.. learners.Order()];
        foreach (var (number, owner) in owners.Index())
        {
            var (start, end) = ((long)left.Length * number / owners.Length, (long)left.Length * (number + 1) / owners.Length);
            shards[owner] = new LinkedList<int>(left[(int)start..(int)end]);
        }
    }

    /// <summary>Batches that are not applied.</summary>
    public int Left { get; private set; }

    /// <summary>Batches that are not applied and that nobody has.</summary>
    public int Waiting => returned.Count + shards.Values.Sum(shard => shard.Count);

    /// <summary>Batches that are applied, in their order.</summary>
    public IReadOnlyList<int> Done => [.. done.Index().Where(batch => batch.Item).Select(batch => batch.Index)];

    /// <returns>Null when all are applied or taken.</returns>
    public int? Take(int learner)
    {
        if (returned.Count > 0)
        {
            var first = returned.Min;
            returned.Remove(first);
            return first;
        }

        if (shards.TryGetValue(learner, out var own) && own.First is { } next)
        {
            own.RemoveFirst();
            return next.Value;
        }

        var longest = shards.Values.Aggregate((most, shard) => shard.Count > most.Count ? shard : most);
        if (longest.Last is not { } last)
            return null;
        longest.RemoveLast();
        return last.Value;
    }

    /// <summary>Gives back what was taken and not applied.</summary>
    public void Return(int batch) => returned.Add(batch);

    /// <exception cref="InvalidOperationException">It was applied before.</exception>
    public void Finish(int batch)
    {
        if (done[batch])
            throw new InvalidOperationException($"Batch {batch} was applied before.");
        done[batch] = true;
        Left--;
    }
}
