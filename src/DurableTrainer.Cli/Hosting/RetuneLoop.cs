using DurableTrainer.Experiments.Retuning;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableTrainer.Cli.Hosting;

/// <summary>Looks again and again whether an experiment is due to be repeated.</summary>
internal sealed class RetuneLoop(Retuner retuner, TimeProvider time, ILoggerFactory? loggers)
{
    /// <summary>Schedules are kept within this.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly ILogger logger = loggers?.CreateLogger("DurableTrainer.Retuning") ?? NullLogger.Instance;

    /// <summary>Until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
                await FullDisk.TryRoundAsync(RunDueAsync);
            while (await timer.WaitForNextTickAsync(cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // That is how it ends.
        }

        async Task RunDueAsync()
        {
            foreach (var retuning in await retuner.RunDueAsync(cancellation))
                logger.Happened(retuning);
        }
    }
}
