using System.Text.Json.Nodes;
using DurableTrainer.Bench.Measuring;

namespace DurableTrainer.Bench.Data;

/// <summary>Steps of two units at full speed, side by side on the processors of this machine, by the clock on the wall.</summary>
internal static class ElapsedSpeedUp
{
    private const int Steps = 100;

    public static JsonObject Measure(DataTask task, CancellationToken cancellation)
    {
        var run = ComparedRun.Of(task, [1, 1], Steps, TimeProvider.System, cancellation: cancellation);
        double[] speedUps = [.. run.SpeedUps(0, Steps).Order()];
        return new JsonObject
        {
            ["speedUp"] = double.Round(Statistics.Median(speedUps), 3),
            ["least"] = double.Round(speedUps[0], 3),
            ["most"] = double.Round(speedUps[^1], 3),
            ["clock"] = "elapsed time",
            ["throttling"] = "none",
            ["units"] = 2,
            ["processors"] = Machine.Processors,
            ["steps"] = Steps,
        };
    }
}
