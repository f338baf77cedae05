namespace DurableTrainer.Cli.Hosting;

/// <summary>What a process is, as its telemetry says.</summary>
internal enum TelemetryRole
{
    /// <summary>Runs experiments.</summary>
    Host,

    /// <summary>Runs slices for a host, in its environment.</summary>
    Worker,
}
