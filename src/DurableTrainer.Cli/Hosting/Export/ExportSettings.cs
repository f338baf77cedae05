namespace DurableTrainer.Cli.Hosting.Export;

/// <summary>
/// Whether spans, metrics and log lines are exported, by the standard variables of OpenTelemetry. Only what decides that is read here:
/// everything else (headers, samplers, intervals) is read by OpenTelemetry itself.
/// </summary>
internal sealed record ExportSettings
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";
    private static readonly string[] Protocols = ["grpc", "http/protobuf"];

    public bool HasTraces { get; private init; }

    public bool HasMetrics { get; private init; }

    public bool HasLogs { get; private init; }

    /// <summary>Why nothing is exported although a collector was named, as a line for the user.</summary>
    public string? Problem { get; private init; }

    public bool IsOn => HasTraces || HasMetrics || HasLogs;

    /// <param name="variable">Gives the value of a variable.</param>
    public static ExportSettings Read(Func<string, string?> variable)
    {
        if (bool.TryParse(variable("OTEL_SDK_DISABLED"), out var isDisabled) && isDisabled)
            return new();
        foreach (var name in new[] { Endpoint, Of("TRACES"), Of("METRICS"), Of("LOGS") })
        {
            if (variable(name) is { Length: > 0 } address && !IsAddress(address))
                return new() { Problem = $"Telemetry is not exported: {name} is '{address}', which is no address like http://localhost:4318." };
        }

        foreach (var name in new[] { Protocol, Of("TRACES", "PROTOCOL"), Of("METRICS", "PROTOCOL"), Of("LOGS", "PROTOCOL") })
        {
            if (variable(name) is { Length: > 0 } protocol && !Protocols.Contains(protocol))
                return new() { Problem = $"Telemetry is not exported: {name} is '{protocol}', and can be {string.Join(" or ", Protocols)}." };
        }

        return new() { HasTraces = Has("TRACES"), HasMetrics = Has("METRICS"), HasLogs = Has("LOGS") };

        bool Has(string signal) =>
            (variable(Endpoint) is { Length: > 0 } || variable(Of(signal)) is { Length: > 0 }) && variable($"OTEL_{signal}_EXPORTER") != "none";
    }

    private static string Of(string signal, string what = "ENDPOINT") => $"OTEL_EXPORTER_OTLP_{signal}_{what}";

    private static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps);
}
