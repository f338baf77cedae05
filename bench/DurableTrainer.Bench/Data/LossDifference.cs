using System.Text.Json.Nodes;

namespace DurableTrainer.Bench.Data;

/// <summary>How far the losses of shared batches are from those of whole ones, step by step.</summary>
internal static class LossDifference
{
    private const int Steps = 50;

    /// <param name="hasBatchNorm">Whether layers measure the batches.</param>
    /// <param name="time">By which units are probed and watched.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static JsonObject Measure(bool hasBatchNorm, TimeProvider time, CancellationToken cancellation)
    {
        var task = DataTask.Create(hasBatchNorm);
        // One unit gives the bits of a session without units.
        var single = DataRun.Of(task, [1], Steps, time, cancellation: cancellation);
        var shared = DataRun.Of(task, [1, 0.5], Steps, time, cancellation: cancellation);
        return new JsonObject
        {
            ["model"] = hasBatchNorm ? "with batch norm" : "without batch norm",
            ["lossDifference"] = single.Steps.Zip(shared.Steps, (one, other) => Math.Abs(one.LossSum - other.LossSum) / DataTask.Batch).Max(),
            ["steps"] = Steps,
            ["shards"] = string.Join(" + ", shared.Steps[0].Shards),
            ["lastLoss"] = double.Round(single.Steps[^1].LossSum / DataTask.Batch, 6),
        };
    }
}
