using DurableTrainer.Engine;
using DurableTrainer.Experiments;
using DurableTrainer.Storage;

namespace DurableTrainer.Cli.Hosting;

/// <summary>What a host does while its disk is full: it waits, and tells the user so, once and then every few minutes.</summary>
internal sealed class FullDisk(TimeProvider time)
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenTellings = TimeSpan.FromMinutes(5);

    private readonly Lock gate = new();
    private long? toldAt;

    /// <summary>Gets a sentence for the user, on any thread.</summary>
    public event Action<string>? Told;

    /// <summary>Does what is done again and again; a round that falls through because the disk is full is made up for by the next.</summary>
    public static async Task TryRoundAsync(Func<Task> round)
    {
        try
        {
            await round();
        }
        catch (Exception exception) when (IsCauseOf(exception))
        {
            // The host waits for space, and has said so.
        }
    }

    public FaultPolicy WaitOr(FaultPolicy otherwise) => FaultPolicy.WaitForSpace(
        fault => Tell($"{fault.Message} Nothing is lost: it is tried again every {Delay.TotalSeconds} seconds."), Delay, time, otherwise);

    /// <summary>For <see cref="EngineOptions.SpaceChanged"/>.</summary>
    public void Change(DiskFullException? full)
    {
        if (full is not null)
            Tell(full.Message);
    }

    private static bool IsCauseOf(Exception exception) => exception is DiskFullException or StorageException { Fault: StorageFault.Full };

    private void Tell(string sentence)
    {
        lock (gate)
        {
            if (toldAt is { } before && time.GetElapsedTime(before) < BetweenTellings)
                return;
            toldAt = time.GetTimestamp();
        }

        Told?.Invoke(sentence);
    }
}
