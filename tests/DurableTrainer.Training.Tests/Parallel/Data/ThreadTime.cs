namespace DurableTrainer.Training.Tests.Parallel.Data;

/// <summary>A clock that each thread has its own of, and that stands still unless the thread says that it worked.</summary>
internal sealed class ThreadTime : TimeProvider, IDisposable
{
    private readonly ThreadLocal<long> ticks = new();

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => ticks.Value;

    /// <summary>The calling thread worked for so long.</summary>
    public void Work(double seconds) => ticks.Value += (long)(seconds * TimeSpan.TicksPerSecond);

    public void Dispose() => ticks.Dispose();
}
