using DurableTrainer.Cli.Hosting.Export;

namespace DurableTrainer.Cli.Tests.Telemetry;

public class ExportSettingsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=", "")]
    [InlineData("OTEL_SERVICE_NAME=me", "")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4317", "traces metrics logs")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=https://collector OTEL_SDK_DISABLED=true", "")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=https://collector OTEL_SDK_DISABLED=false", "traces metrics logs")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://collector/v1/metrics", "metrics")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT= OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=http://collector/v1/logs", "logs")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://collector OTEL_LOGS_EXPORTER=none OTEL_METRICS_EXPORTER=otlp", "traces metrics")]
    public void The_standard_variables_turn_the_export_on_and_off(string variables, string signals)
    {
        var settings = Read(variables);

        Assert.Equal(signals, string.Join(' ', new[] { settings.HasTraces ? "traces" : "", settings.HasMetrics ? "metrics" : "", settings.HasLogs ? "logs" : "" }.Where(name => name.Length > 0)));
        Assert.Null(settings.Problem);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=collector:4317", "OTEL_EXPORTER_OTLP_ENDPOINT is 'collector:4317'")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://collector OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=ftp://collector", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT is 'ftp://collector'")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://collector OTEL_EXPORTER_OTLP_PROTOCOL=http/json", "OTEL_EXPORTER_OTLP_PROTOCOL is 'http/json', and can be grpc or http/protobuf.")]
    public void What_cannot_be_meant_is_told_and_nothing_is_exported(string variables, string problem)
    {
        var settings = Read(variables);

        Assert.False(settings.IsOn);
        Assert.Contains(problem, settings.Problem, StringComparison.Ordinal);
    }

    private static ExportSettings Read(string variables)
    {
        var values = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(variable => variable.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        return ExportSettings.Read(values.GetValueOrDefault);
    }
}
