using DurableTrainer.Experiments.Housekeeping;
using Microsoft.Extensions.Logging;

namespace DurableTrainer.Cli.Hosting;

/// <summary>Lets a server settle and forget what is left over, at its start and every hour.</summary>
internal sealed class HousekeepingLoop(Housekeeper housekeeper, TimeProvider time, ILoggerFactory loggers)
{
    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private readonly ILogger logger = loggers.CreateLogger("DurableTrainer.Housekeeping");

    /// <summary>Until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
                await FullDisk.TryRoundAsync(KeepHouseAsync);
            while (await timer.WaitForNextTickAsync(cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // That is how it ends.
        }

        async Task KeepHouseAsync()
        {
            foreach (var experiment in await housekeeper.SettleAsync(cancellation))
                logger.Settled(experiment);
            foreach (var experiment in await housekeeper.PurgeAsync(cancellation))
                logger.Purged(experiment);
        }
    }
}
