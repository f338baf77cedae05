using DurableTrainer.Cli.Hosting.Export;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableTrainer.Cli.Hosting;

/// <summary>
/// What this process tells about itself while it lives: log lines on standard error where they were asked for, and spans, metrics and log
/// lines to a collector where the standard variables of OpenTelemetry name one. Nothing that goes wrong with it harms anything else.
/// </summary>
internal sealed class Telemetry : IDisposable
{
    /// <summary>For what is left to reach the collector when the process ends.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>For a worker to start its end and to get through with it.</summary>
    private static readonly TimeSpan Allowance = TimeSpan.FromSeconds(1);

    private readonly OtlpExport? export;
    private readonly ExportTrouble? trouble;
    private readonly ILoggerFactory? ownLoggers;
    private readonly bool hasLog;

    private Telemetry(OtlpExport? export, ExportTrouble? trouble, ILoggerFactory? ownLoggers, bool hasLog)
    {
        (this.export, this.trouble, this.ownLoggers, this.hasLog) = (export, trouble, ownLoggers, hasLog);
        Loggers = export?.Loggers ?? ownLoggers ?? NullLoggerFactory.Instance;
    }

    /// <summary>Where log lines go.</summary>
    public ILoggerFactory Loggers { get; }

    /// <summary>For a worker of this process to hand over what it has to tell: nothing where there is no collector.</summary>
    public TimeSpan WorkerFarewell => export is null ? TimeSpan.Zero : Patience + Allowance;

    /// <param name="role">What this process is.</param>
    /// <param name="log">Also gets the log lines; null for nowhere.</param>
    public static Telemetry Start(TelemetryRole role, StandardErrorLog? log = null)
    {
        var settings = ExportSettings.Read(Environment.GetEnvironmentVariable);
        // A worker has the same settings as its host, who tells.
        if (role == TelemetryRole.Host && settings.Problem is { } problem)
            Console.Error.WriteLine(problem);
        if (settings.IsOn)
        {
            var trouble = new ExportTrouble();
            var export = OtlpExport.Start(role, settings, log);
            if (log is not null)
                trouble.Happened = export.Loggers.CreateLogger("DurableTrainer.Telemetry").CannotDeliver;
            return new(export, trouble, null, log is not null);
        }

        var loggers = log is null ? null : LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Debug).Quieten().AddProvider(log));
        return new(null, null, loggers, log is not null);
    }

    /// <summary>Hands over what is left, within bounds.</summary>
    public void Dispose()
    {
        export?.End(Patience);
        trouble?.Dispose();
        if (trouble?.First is { } first && !hasLog && export!.Role == TelemetryRole.Host)
            Console.Error.WriteLine(first);
        ownLoggers?.Dispose();
    }
}
