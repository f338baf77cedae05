using DurableTrainer.Core.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace DurableTrainer.Cli.Hosting.Export;

/// <summary>The export of spans, metrics and log lines. Apart from what decides about it, so that OpenTelemetry is loaded only where it is used.</summary>
internal sealed class OtlpExport
{
    private static readonly string[] ServerMeters = ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    private readonly OpenTelemetrySdk sdk;

    private OtlpExport(OpenTelemetrySdk sdk, TelemetryRole role) => (this.sdk, Role) = (sdk, role);

    public TelemetryRole Role { get; }

    public ILoggerFactory Loggers => sdk.GetLoggerFactory();

    public static OtlpExport Start(TelemetryRole role, ExportSettings settings, StandardErrorLog? log) => new(
        OpenTelemetrySdk.Create(builder =>
        {
            builder.ConfigureResource(resource => Describe(resource, role));
            if (settings.HasTraces)
                builder.WithTracing(tracing => tracing.AddSource(Signals.Name, "Microsoft.AspNetCore").AddOtlpExporter(options => ExportVariables.Apply("TRACES", options)));
            // A worker measures nothing: what it used comes with the results of its slices.
            if (settings.HasMetrics && role == TelemetryRole.Host)
                builder.WithMetrics(metrics => metrics.AddMeter([Signals.Name, .. ServerMeters]).AddOtlpExporter(options => ExportVariables.Apply("METRICS", options)));
            if (settings.HasLogs)
                builder.WithLogging(logging => logging.AddOtlpExporter(options => ExportVariables.Apply("LOGS", options)), options => options.IncludeFormattedMessage = true);
            builder.Services.AddLogging(logging =>
            {
                logging.SetMinimumLevel(LogLevel.Debug).Quieten().AddFilter<OpenTelemetryLoggerProvider>(null, LogLevel.Information);
                if (log is not null)
                    logging.AddProvider(log);
            });
        }),
        role);

    /// <summary>Sends what is left, or leaves it when that takes too long.</summary>
    public void End(TimeSpan patience)
    {
        var milliseconds = (int)patience.TotalMilliseconds;
        Task.WaitAll(
        [
            Task.Run(() => sdk.TracerProvider.Shutdown(milliseconds)),
            Task.Run(() => sdk.MeterProvider.Shutdown(milliseconds)),
            Task.Run(() => sdk.LoggerProvider.Shutdown(milliseconds)),
        ], patience);
    }

    private static void Describe(ResourceBuilder resource, TelemetryRole role) => resource
        .Clear()
        .AddTelemetrySdk()
        .AddService(
            "dtrain",
            serviceVersion: typeof(OtlpExport).Assembly.GetName().Version!.ToString(3),
            serviceInstanceId: $"{Environment.MachineName}-{Environment.ProcessId}")
        .AddAttributes([new("durabletrainer.role", role.ToString().ToLowerInvariant())])
        // Last, as what the user says takes the place of all that.
        .AddEnvironmentVariableDetector();
}
