using System.Diagnostics.Tracing;

namespace DurableTrainer.Cli.Hosting.Export;

/// <summary>Hears from OpenTelemetry that something could not be delivered, which it tells nobody else, and keeps the first time of it.</summary>
internal sealed class ExportTrouble : EventListener
{
    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";

    private string? first;

    /// <summary>What could not be delivered first, and why, as a line for the user; null while all is well.</summary>
    public string? First => first;

    /// <summary>Told about it at once.</summary>
    public Action<string>? Happened { get; set; }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Exporter)
            EnableEvents(eventSource, EventLevel.Warning);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        var details = (eventData.Payload ?? []).Select(detail => FirstLine($"{detail}")).Where(detail => detail.Length > 0);
        var line = $"Telemetry cannot be delivered: {string.Join(": ", details)}. Nothing else is affected.";
        if (Interlocked.CompareExchange(ref first, line, null) is null)
            Happened?.Invoke(line);
    }

    /// <summary>Of an exception that was written out, its message.</summary>
    private static string FirstLine(string text)
    {
        var line = text.Split('\n', 2)[0];
        var type = line.IndexOf("Exception: ", StringComparison.Ordinal);
        return (type < 0 ? line : line[(type + "Exception: ".Length)..]).Trim();
    }
}
