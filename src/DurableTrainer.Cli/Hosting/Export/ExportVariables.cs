using System.Globalization;
using OpenTelemetry.Exporter;

namespace DurableTrainer.Cli.Hosting.Export;

/// <summary>
/// The standard variables of one kind of signal. OpenTelemetry reads them only where all signals are exported, and then also exports those
/// that nobody named a collector for.
/// </summary>
internal static class ExportVariables
{
    /// <param name="signal">TRACES, METRICS or LOGS.</param>
    /// <param name="options">As the variables of all signals set them.</param>
    public static void Apply(string signal, OtlpExporterOptions options)
    {
        if (Value("PROTOCOL") is { } protocol)
            options.Protocol = protocol == "grpc" ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        // As it is: to the address of all signals, the signal's path is added; to its own, nothing.
        if (Value("ENDPOINT") is { } endpoint)
            options.Endpoint = new Uri(endpoint);
        if (Value("HEADERS") is { } headers)
            options.Headers = headers;
        if (int.TryParse(Value("TIMEOUT"), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
            options.TimeoutMilliseconds = milliseconds;

        string? Value(string name) => Environment.GetEnvironmentVariable($"OTEL_EXPORTER_OTLP_{signal}_{name}") is { Length: > 0 } value ? value : null;
    }
}
