using Microsoft.Extensions.Logging;

namespace DurableTrainer.Cli.Hosting;

internal static class ServerLogs
{
    /// <summary>Of the server only what it answered and what went wrong: it tells of every step of every request.</summary>
    public static ILoggingBuilder Quieten(this ILoggingBuilder logging) => logging
        .AddFilter("Microsoft", LogLevel.Warning)
        .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Information);
}
