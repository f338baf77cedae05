using DurableTrainer.Experiments.Retuning;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableTrainer.Cli.Hosting;

/// <summary>Looks again and again whether an experiment is due to be repeated.</summary>
internal sealed partial class RetuneLoop(Retuner retuner, TimeProvider time, ILoggerFactory? loggers)
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
            {
                foreach (var retuning in await retuner.RunDueAsync(cancellation))
                    Tell(retuning);
            }
            while (await timer.WaitForNextTickAsync(cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // That is how it ends.
        }
    }

    private void Tell(Retuning retuning)
    {
        if (retuning.Experiment is { } experiment)
            Started(logger, retuning.Name, retuning.Due, experiment);
        else
            Refused(logger, retuning.Name, retuning.Due, retuning.Problem!);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Name} was due at {Due:u} and is repeated as {Experiment}")]
    private static partial void Started(ILogger logger, string name, DateTimeOffset due, string experiment);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Name} was due at {Due:u} and cannot be repeated: {Problem}")]
    private static partial void Refused(ILogger logger, string name, DateTimeOffset due, string problem);
}
