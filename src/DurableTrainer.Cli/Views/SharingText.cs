using System.Globalization;
using DurableTrainer.Experiments.Submission;
using DurableTrainer.Training.Parallel.Data.Simulation;

namespace DurableTrainer.Cli.Views;

/// <summary>What a plan says of units that share batches.</summary>
internal static class SharingText
{
    /// <param name="plan">What is expected of them.</param>
    /// <param name="row">Takes the name of a row and its text.</param>
    public static void Write(ParallelForecast plan, Action<string, string> row)
    {
        if (plan.Data is not { } data)
        {
            row("parallel", $"{plan.Mode}: {plan.Problem}");
            return;
        }

        var shards = string.Join(", ", data.Ids.Zip(data.Units.Shards, (id, count) => $"{id} {(count == 0 ? "rests" : $"has {count}")}"));
        row("parallel", $"{plan.Mode}, of a batch of {data.Batch:N0} {shards}{(plan.Point.Count == 0 ? "" : $"; at the first point")}");
        row("", $"a step is expected to take {Milliseconds(data.Units)}, {Times(data.Units)} as quick as one unit");
        row("units", string.Join(", ", DataForecast.Counts.Zip(data.Scaled, (count, step) => $"{count}: {Milliseconds(step)}{(count == 1 ? "" : $" ({Times(step)})")}")));
        row("", $"units like the first, as if each had processors of its own; here are {plan.Processors}");
    }

    private static string Milliseconds(UnitForecast step) => (step.StepSeconds * 1000).ToString("0.0#", CultureInfo.InvariantCulture) + " ms";

    private static string Times(UnitForecast step) => step.SpeedUp.ToString("0.0#", CultureInfo.InvariantCulture) + "×";
}
