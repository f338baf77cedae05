using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace DurableTrainer.Core.Telemetry;

/// <summary>What spans and metrics come from. Where nobody listens, neither costs anything.</summary>
public static class Signals
{
    /// <summary>The name to listen to.</summary>
    public const string Name = "DurableTrainer";

    public static ActivitySource Source { get; } = new(Name, Version);

    public static Meter Meter { get; } = new(Name, Version);

    private static string Version => typeof(Signals).Assembly.GetName().Version!.ToString(3);
}
