using System.Text.Json.Nodes;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Bench.Data;

/// <summary>How far the losses of shared batches are from those of whole ones, step by step.</summary>
internal static class LossDifference
{
    private const int Steps = 50;

    /// <summary>One whose steps are as large as the gradients, and one that divides them by their size, and rounding errors with them.</summary>
    public static IReadOnlyList<OptimizerSpec> Optimizers { get; } =
        [new SgdSpec { LearningRate = 0.01, Momentum = 0.9 }, new AdamWSpec { LearningRate = 1e-3 }];

    /// <param name="hasBatchNorm">Whether layers measure the batches.</param>
    /// <param name="optimizer">What moves the parameters.</param>
    /// <param name="time">By which units are probed and watched.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static JsonObject Measure(bool hasBatchNorm, OptimizerSpec optimizer, TimeProvider time, CancellationToken cancellation)
    {
        var task = DataTask.Create(hasBatchNorm, optimizer);
        // One unit gives the bits of a session without units.
        var single = DataRun.Of(task, [1], Steps, time, cancellation: cancellation);
        var shared = DataRun.Of(task, [1, 0.5], Steps, time, cancellation: cancellation);
        return new JsonObject
        {
            ["model"] = hasBatchNorm ? "with batch norm" : "without batch norm",
            ["optimizer"] = optimizer is SgdSpec ? "sgd" : "adamw",
            ["lossDifference"] = single.Steps.Zip(shared.Steps, (one, other) => Math.Abs(one.LossSum - other.LossSum) / DataTask.Batch).Max(),
            ["steps"] = Steps,
            ["shards"] = string.Join(" + ", shared.Steps[0].Shards),
            ["lastLoss"] = double.Round(single.Steps[^1].LossSum / DataTask.Batch, 6),
        };
    }
}
