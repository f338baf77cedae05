using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DurableTrainer.Functions;

/// <summary>
/// Ends this process when the Functions host that started it is gone. By itself it would go on, and train what the host's next start trains again.
/// </summary>
internal sealed partial class OrphanWatch(IHostApplicationLifetime lifetime, ILogger<OrphanWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Elsewhere the host ends its processes together with itself.
        if (OperatingSystem.IsWindows())
            return;
        var host = ParentProcess();
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            if (ParentProcess() == host)
                continue;
            Orphaned(logger, host);
            lifetime.StopApplication();
            return;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The Functions host (process {Host}) is gone; so is its app now")]
    private static partial void Orphaned(ILogger logger, int host);

    [LibraryImport("libc", EntryPoint = "getppid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ParentProcess();
}
