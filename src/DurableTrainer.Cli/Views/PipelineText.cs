using System.Globalization;
using System.Text.Json;
using DurableTrainer.Core.Spec;
using DurableTrainer.Experiments.Submission;
using DurableTrainer.Training.Parallel.Pipeline.Forecasts;

namespace DurableTrainer.Cli.Views;

/// <summary>What a plan says of a pipeline.</summary>
internal static class PipelineText
{
    /// <param name="pipeline">What is expected of it.</param>
    /// <param name="plan">Of the trial.</param>
    /// <param name="row">Takes the name of a row and its text.</param>
    public static void Write(PipelineForecast pipeline, ParallelForecast plan, Action<string, string> row)
    {
        var (timeline, expected) = (pipeline.Timeline, pipeline.Expected);
        var schedule = JsonSerializer.SerializeToElement(timeline.Schedule, SpecJson.Options).GetString();
        var each = $"{timeline.MicroBatches:N0} micro-batch{(timeline.MicroBatches == 1 ? "" : "es")} of {(pipeline.Batch % timeline.MicroBatches == 0 ? "" : "up to ")}{pipeline.Samples:N0}";
        row("parallel", $"{plan.Mode}, {schedule}, {each}{(plan.Point.Count == 0 ? "" : "; at the first point")}");
        row("", $"a batch is expected to take {Format.Milliseconds(expected.Seconds)}, {Format.Times(expected.SpeedUp)} as quick as one unit");
        row("", $"units idle {Percent(expected.BubbleShare)} of the time, if each has a processor; here are {plan.Processors}");
        foreach (var (number, unit) in timeline.Units.Index())
            row(unit.Name, TimelineText.RowOf(timeline, number));
        row("", TimelineText.Legend(timeline));
        foreach (var (number, unit) in pipeline.Units.Index())
            row(number == 0 ? "layers" : "", $"unit {unit.Unit}: {string.Join(" and ", unit.Stages)}; idle {Format.Milliseconds(unit.IdleSeconds)}, at most {Mebibytes(unit.PeakBytes)}");
        row("filling", Filling(expected.Filling, pipeline.IsFilled));
        foreach (var (number, other) in pipeline.MicroBatches.Index())
            row(number == 0 ? "micro-batches" : "", $"{other.MicroBatches}: {With(other)}");
        row("", "each measured here with micro-batches of its size, and cut anew");
    }

    private static string Filling(FillForecast filling, bool isFilled)
    {
        var told = filling.Refusal is { } refusal
            ? $"is not foretold to bring anything, as {refusal}"
            : $"has {Format.Times(filling.Gain)} as much trained (at most {Format.Times(filling.Bound)})";
        return $"another trial in the gaps {told}{(isFilled ? "" : "; \"fill\" is not set")}";
    }

    private static string With(MicroBatchForecast other) => other.Expected is { } expected
        ? $"{Format.Milliseconds(expected.Seconds)}, idle {Percent(expected.BubbleShare)}, filled {Format.Times(expected.Filling.Gain)}"
        : "the units may not take the memory";

    private static string Percent(double share) => share.ToString("0%", CultureInfo.InvariantCulture);

    private static string Mebibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{(double)bytes / (1 << 20):0.0#} MiB");
}
