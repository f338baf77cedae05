using DurableTrainer.Training.Parallel.Pipeline.Schedules;
using DurableTrainer.Training.Parallel.Pipeline.Timelines;

namespace DurableTrainer.Cli.Views;

/// <summary>An iteration of a pipeline as a row of characters for each unit: what it does at each of sixty moments.</summary>
internal static class TimelineText
{
    /// <summary>Characters of a row.</summary>
    private const int Columns = 60;

    /// <summary>Micro-batches that have characters of their own; then these come again.</summary>
    private const int Numbers = 10;

    private const char Forward = '0';
    private const char Back = 'a';
    private const char Weights = 'A';
    private const char Idle = '.';
    private const char Filler = '/';

    /// <param name="timeline">Of which one unit's row is wanted.</param>
    /// <param name="unit">Its number in the timeline.</param>
    public static string RowOf(PipelineTimeline timeline, int unit) => string.Concat(Enumerable.Range(0, Columns).Select(column =>
        At(timeline.Units[unit], (column + 0.5) / Columns * timeline.Seconds)));

    /// <summary>What the characters of the rows mean.</summary>
    public static string Legend(PipelineTimeline timeline)
    {
        var last = Math.Min(timeline.MicroBatches, Numbers) - 1;
        var split = timeline.Units.Any(unit => unit.Known.Any(pass => pass.Pass == InstructionKind.BackwardWeights));
        return string.Join(", ", ((string?[])
        [
            $"{Range(Forward)} forward",
            $"{Range(Back)} back",
            timeline.MicroBatches > Numbers ? $"again from {Numbers} on" : null,
            split ? $"{Range(Weights)} weights" : null,
            $"{Idle} idle",
            timeline.Units.Any(unit => unit.Filler.Count > 0) ? $"{Filler} another trial" : null,
        ]).OfType<string>());

        string Range(char first) => last == 0 ? $"{first}" : $"{first}–{(char)(first + last)}";
    }

    private static char At(UnitTimeline unit, double moment) =>
        unit.Known.FirstOrDefault(pass => pass.Start <= moment && moment < pass.End) is { } pass
            ? (char)(FirstOf(pass.Pass) + pass.MicroBatch % Numbers)
            : unit.Filler.Any(fill => fill.Start <= moment && moment < fill.End) ? Filler : Idle;

    private static char FirstOf(InstructionKind pass) => pass switch
    {
        InstructionKind.Forward => Forward,
        InstructionKind.BackwardWeights => Weights,
        _ => Back,
    };
}
