using System.Text.Json.Nodes;
using DurableTrainer.Bench.Measuring;

namespace DurableTrainer.Bench.Data;

/// <summary>Steps of two units at full speed, side by side on the processors of this machine, by the clock on the wall.</summary>
internal static class ElapsedSpeedUp
{
    private const int Steps = 100, WarmUp = 40, SingleStepsAtATime = 3;

    /// <summary>Epoch by epoch against steps of one unit alone right before and after it.</summary>
    public static JsonObject Measure(DataTask task, CancellationToken cancellation)
    {
        using var single = new SingleSteps(task, TimeProvider.System);
        single.Take(WarmUp);
        var alone = new List<SingleStep>();
        var run = DataRun.Of(
            task, [1, 1], Steps, TimeProvider.System,
            betweenEpochs: done => alone.AddRange(single.Take(SingleStepsAtATime).Select(seconds => new SingleStep(done, seconds))), cancellation: cancellation);
        int[] marks = [.. alone.Select(step => step.Before).Distinct().Order()];
        double[] speedUps = [.. marks.Zip(marks.Skip(1), SpeedUp).Order()];
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

        double SpeedUp(int from, int to) =>
            Statistics.Median(alone.Where(step => step.Before == from || step.Before == to).Select(step => step.Seconds))
            / Statistics.Median(run.Steps.Where(step => step.Step >= from && step.Step < to).Select(step => step.Seconds));
    }
}
