using System.Threading.Channels;
using DurableTrainer.Core.Trials;

namespace DurableTrainer.Workers.Pool.Grants;

/// <summary>A place of the pool that a worker's work takes, with the threads that it has there.</summary>
/// <param name="work">What takes it.</param>
internal sealed class Seat(SeatedWork work)
{
    private readonly Channel<ThreadShare> shares = Channel.CreateUnbounded<ThreadShare>(new() { SingleReader = true });

    public SeatedWork Work { get; } = work;

    public int Threads { get; private set; }

    /// <summary>Whether it has the gaps of another's threads, and takes none from anybody.</summary>
    public bool IsInGaps { get; init; }

    /// <summary>The worker; null before it is there.</summary>
    public int? ProcessId { get; set; }

    /// <summary>When the work ended, as a timestamp; null while it runs.</summary>
    public long? LeftAt { get; set; }

    /// <summary>What it may compute with: at once the first, and each later one from when it comes.</summary>
    public ChannelReader<ThreadShare> Shares => shares.Reader;

    public void Give(ThreadShare share)
    {
        Threads = share.Threads;
        shares.Writer.TryWrite(share);
    }

    /// <summary>No share comes any more.</summary>
    public void Close() => shares.Writer.TryComplete();
}

/// <summary>What takes a seat.</summary>
/// <param name="Experiment">The experiment's id.</param>
/// <param name="Trial">The trial's number.</param>
/// <param name="Epoch">Epochs of the trial that were done before.</param>
/// <param name="Promise">What the trial promises; null where all get the same.</param>
/// <param name="Fills">Whether it can train in the gaps of another trial of its experiment.</param>
internal sealed record SeatedWork(string Experiment, int Trial, int Epoch, Promise? Promise, bool Fills = false);
