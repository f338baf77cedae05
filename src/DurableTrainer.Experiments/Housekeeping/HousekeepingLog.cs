using Microsoft.Extensions.Logging;

namespace DurableTrainer.Experiments.Housekeeping;

/// <summary>Tells what a <see cref="Housekeeper"/> did.</summary>
public static partial class HousekeepingLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Experiment} ended without leaving its tenant's ledger; what was held for it is given back")]
    public static partial void Settled(this ILogger logger, string experiment);

    [LoggerMessage(Level = LogLevel.Information, Message = "The workflow of {Experiment}, which ended long ago, is forgotten")]
    public static partial void Purged(this ILogger logger, string experiment);
}
