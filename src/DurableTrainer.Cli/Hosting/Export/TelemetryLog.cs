using Microsoft.Extensions.Logging;

namespace DurableTrainer.Cli.Hosting.Export;

internal static partial class TelemetryLog
{
    [LoggerMessage(LogLevel.Warning, "{Trouble}")]
    public static partial void CannotDeliver(this ILogger logger, string trouble);
}
