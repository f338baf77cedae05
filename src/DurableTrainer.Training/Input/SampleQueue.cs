namespace DurableTrainer.Training.Input;

/// <summary>Places of samples that wait for a stage, first in, first out; as many as all batches together have.</summary>
internal sealed class SampleQueue(int capacity) : IDisposable
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim available = new(0);
    private readonly int[] places = new int[capacity];
    private int first, count;

    /// <summary>Adds places that follow each other.</summary>
    public void Add(int place, int length = 1)
    {
        lock (gate)
        {
            for (var i = 0; i < length; i++)
                places[(first + count + i) % places.Length] = place + i;
            count += length;
        }

        available.Release(length);
    }

    /// <summary>Waits for the next place; null when the queue was ended meanwhile.</summary>
    public int? Take()
    {
        available.Wait();
        lock (gate)
        {
            if (count == 0)
                return null;
            var place = places[first];
            (first, count) = ((first + 1) % places.Length, count - 1);
            return place;
        }
    }

    /// <summary>Lets so many who wait go without a place.</summary>
    public void End(int waiting)
    {
        if (waiting > 0)
            available.Release(waiting);
    }

    public void Dispose() => available.Dispose();
}
