using System.Text.Json.Nodes;
using DurableTrainer.Bench.Measuring;

namespace DurableTrainer.Bench.Pipelines;

/// <summary>A pipeline whose batches the simulator foretells.</summary>
/// <param name="Name">What is particular about it.</param>
/// <param name="Trial">The trial.</param>
internal sealed record SimulatedSetting(string Name, TrialSetting Trial)
{
    private const int Last = 20;

    private static readonly int[] MicroBatches = [2, 4, 8];

    public static IReadOnlyList<SimulatedSetting> All(int epochs) =>
    [
        .. MicroBatches.Select(m => new SimulatedSetting($"m = {m}", new TrialSetting(0, epochs, m))),
        new("unequal stages", new TrialSetting(0, epochs, 4) { FirstConvolutions = 6 }),
        new("unit 1 throttled to a half", new TrialSetting(0, epochs, 4) { DutyCycles = [1, 0.5] }),
    ];

    /// <summary>The median of the last batches, and what the simulator makes of the medians of their instructions.</summary>
    public async Task<JsonObject> MeasureAsync(CancellationToken cancellation)
    {
        var outcome = await TrialProcess.RunAsync(Trial, cancellation);
        var seconds = Statistics.Median(outcome.Batches.TakeLast(Last).Select(batch => batch.Seconds));
        return new JsonObject
        {
            ["measure"] = "simulated",
            ["setting"] = Name,
            ["simulatedRatio"] = double.Round(outcome.SimulatedSeconds / seconds, 4),
            ["milliseconds"] = double.Round(1000 * seconds, 2),
            ["plan"] = outcome.Plans.FirstOrDefault(),
        };
    }
}
