namespace DurableTrainer.Training.Input;

/// <summary>Room for a batch, filled sample by sample by whoever comes.</summary>
internal sealed class PreparedBatch(int numbers) : IDisposable
{
    private int missing;

    /// <summary><c>[batch, …sample shape]</c>, row-major.</summary>
    public float[] Inputs { get; } = new float[numbers];

    /// <summary>How many samples it is to have.</summary>
    public int Count { get; private set; }

    /// <summary>Set once it has them.</summary>
    public ManualResetEventSlim Ready { get; } = new(false);

    public void Expect(int samples)
    {
        Ready.Reset();
        (Count, missing) = (samples, samples);
    }

    public void Complete()
    {
        if (Interlocked.Decrement(ref missing) == 0)
            Ready.Set();
    }

    public void Dispose() => Ready.Dispose();
}
