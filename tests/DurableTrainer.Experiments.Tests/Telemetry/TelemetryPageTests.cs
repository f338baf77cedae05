using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using DurableTrainer.Core.Telemetry;
using DurableTrainer.Experiments.Telemetry;
using DurableTrainer.Workers.Pool;

namespace DurableTrainer.Experiments.Tests.Telemetry;

/// <summary>Holds docs/telemetry.md against the instruments.</summary>
public class TelemetryPageTests
{
    [Fact]
    public async Task The_page_has_each_metric_with_its_unit_and_no_other()
    {
        RuntimeHelpers.RunClassConstructor(typeof(ExperimentMetrics).TypeHandle);
        await using var pool = new WorkerPool(new WorkerCommand("none", []), 1, TimeProvider.System);
        var instruments = new List<Instrument>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => instruments.Add(instrument) };
        listener.Start();

        Assert.Equal(
            instruments.Where(instrument => instrument.Meter.Name == Signals.Name).Select(instrument => $"| `{instrument.Name}` | {instrument.Unit} |").Order(),
            Page.Split('\n').Where(line => line.StartsWith("| `durabletrainer.", StringComparison.Ordinal)).Select(line => string.Join('|', line.Split('|')[..3]) + "|").Order());
    }

    [Fact]
    public void The_page_has_each_attribute() =>
        Assert.All(typeof(SignalNames).GetFields(), field => Assert.Contains((string)field.GetValue(null)!, Page, StringComparison.Ordinal));

    private static string Page { get; } = File.ReadAllText(Path.Combine(FindRoot(), "docs", "telemetry.md"));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "DurableTrainer.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside a checkout.");
        return folder.FullName;
    }
}
