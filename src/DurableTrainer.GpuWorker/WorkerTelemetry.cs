using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using DurableTrainer.Core.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DurableTrainer.GpuWorker;

/// <summary>Sends spans, metrics and log lines to Application Insights where the settings name one.</summary>
internal static class WorkerTelemetry
{
    private const string ConnectionName = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private const string AuthenticationName = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";

    public static void AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        if (configuration[ConnectionName] is not { Length: > 0 } connection)
            return;
        services.AddOpenTelemetry()
            .WithTracing(tracing => tracing.AddSource(Signals.Name))
            .WithMetrics(metrics => metrics.AddMeter(Signals.Name))
            .UseAzureMonitorExporter(exporter =>
            {
                exporter.ConnectionString = connection;
                // Which identity, the Azure identity library reads from AZURE_CLIENT_ID.
                if (configuration[AuthenticationName] is { Length: > 0 })
                    exporter.Credential = new DefaultAzureCredential();
            });
    }
}
