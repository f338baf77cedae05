using System.Text.Json.Nodes;
using DurableTrainer.Bench.Measuring;

namespace DurableTrainer.Bench.Pipelines;

/// <summary>A pipeline whose batches the simulator foretells.</summary>
/// <param name="Name">What is particular about it.</param>
/// <param name="Trial">The trial.</param>
internal sealed record SimulatedSetting(string Name, TrialSetting Trial)
{
    private static readonly int[] MicroBatches = [2, 4, 8];

    public static IReadOnlyList<SimulatedSetting> All(int epochs) =>
    [
        .. MicroBatches.Select(m => new SimulatedSetting($"m = {m}", new TrialSetting(0, epochs, m))),
        new("unequal stages", new TrialSetting(0, epochs, 4) { FirstConvolutions = 6 }),
        new("unit 1 throttled to a half", new TrialSetting(0, epochs, 4) { DutyCycles = [1, 0.5] }),
    ];

    /// <summary>What the simulator makes of the medians of some batches' instructions, over the median of those batches; of several such windows the median.</summary>
    public async Task<JsonObject> MeasureAsync(CancellationToken cancellation)
    {
        var outcome = await TrialProcess.RunAsync(Trial, cancellation);
        // The first ones are those in which the program is compiled to its end.
        var windows = outcome.Windows.Skip(1).ToList();
        return new JsonObject
        {
            ["measure"] = "simulated",
            ["setting"] = Name,
            ["simulatedRatio"] = double.Round(Statistics.Median(windows.Select(window => window.Simulated / window.Measured)), 4),
            ["milliseconds"] = double.Round(1000 * Statistics.Median(windows.Select(window => window.Measured)), 2),
            ["plan"] = outcome.Plans.FirstOrDefault(),
        };
    }
}
