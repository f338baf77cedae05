using DurableTrainer.Experiments.Housekeeping;
using DurableTrainer.Experiments.Retuning;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace DurableTrainer.Functions.Triggers;

/// <summary>What happens by the clock. The host lets one instance of the app at a time do each.</summary>
internal sealed class TimerTriggers(Desk desk, ILogger<TimerTriggers> logger)
{
    /// <summary>Repeats the experiments that are due.</summary>
    [Function(nameof(Retune))]
    public async Task Retune([TimerTrigger("0 * * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        desk.Open(client);
        foreach (var retuning in await desk.Retuner.RunDueAsync(cancellation))
            logger.Happened(retuning);
    }

    /// <summary>Gives back what is held for experiments that are no more.</summary>
    [Function(nameof(Settle))]
    public async Task Settle([TimerTrigger("30 */5 * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        desk.Open(client);
        foreach (var experiment in await desk.Housekeeper.SettleAsync(cancellation))
            logger.Settled(experiment);
    }

    /// <summary>Forgets the workflows of experiments that ended long ago.</summary>
    [Function(nameof(CleanUp))]
    public async Task CleanUp([TimerTrigger("0 17 3 * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        desk.Open(client);
        foreach (var experiment in await desk.Housekeeper.PurgeAsync(cancellation))
            logger.Purged(experiment);
    }
}
