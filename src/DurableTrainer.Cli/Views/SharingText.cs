using DurableTrainer.Experiments.Submission;
using DurableTrainer.Training.Parallel.Data.Simulation;

namespace DurableTrainer.Cli.Views;

/// <summary>What a plan says of units that share batches.</summary>
internal static class SharingText
{
    /// <param name="data">What is expected of them.</param>
    /// <param name="plan">Of the trial.</param>
    /// <param name="row">Takes the name of a row and its text.</param>
    public static void Write(DataForecast data, ParallelForecast plan, Action<string, string> row)
    {
        var shards = string.Join(", ", data.Ids.Zip(data.Units.Shards, (id, count) => $"{id} {(count == 0 ? "rests" : $"has {count}")}"));
        row("parallel", $"{plan.Mode}, of a batch of {data.Batch:N0} {shards}{(plan.Point.Count == 0 ? "" : $"; at the first point")}");
        row("", $"a step is expected to take {Format.Milliseconds(data.Units.StepSeconds)}, {Format.Times(data.Units.SpeedUp)} as quick as one unit");
        row("units", string.Join(", ", DataForecast.Counts.Zip(data.Scaled, (count, step) => $"{count}: {Format.Milliseconds(step.StepSeconds)}{(count == 1 ? "" : $" ({Format.Times(step.SpeedUp)})")}")));
        row("", $"units like the first, as if each had processors of its own; here are {plan.Processors}");
    }
}
