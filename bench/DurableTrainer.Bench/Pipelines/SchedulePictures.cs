using DurableTrainer.Core.Training;
using DurableTrainer.Experiments.Reports;
using DurableTrainer.Training.Parallel.Pipeline.Filling;
using DurableTrainer.Training.Parallel.Pipeline.Schedules;
using DurableTrainer.Training.Parallel.Pipeline.Simulation;
using DurableTrainer.Training.Parallel.Pipeline.Timelines;

namespace DurableTrainer.Bench.Pipelines;

/// <summary>The pictures of docs/pipelines.md: simulated iterations, drawn as a report draws measured ones.</summary>
internal static class SchedulePictures
{
    private const int Main = 0;
    private const int Filler = 1;

    /// <summary>Of a whole stage: as long forward as for each part of the way back.</summary>
    private static readonly StageCost Whole = new(0.012, 0.012, 0.012);

    /// <returns>By the name of the file.</returns>
    public static IReadOnlyDictionary<string, string> All() => new Dictionary<string, string>
    {
        ["pipeline-gpipe.svg"] = Draw(PipelineSchedule.GPipe),
        ["pipeline-1f1b.svg"] = Draw(PipelineSchedule.OneForwardOneBackward),
        ["pipeline-interleaved.svg"] = Draw(PipelineSchedule.Interleaved, stagesPerUnit: 2),
        ["pipeline-zerobubble.svg"] = Draw(PipelineSchedule.ZeroBubble),
        ["pipeline-filled.svg"] = DrawFilled(),
    };

    private static string Draw(PipelineSchedule kind, int stagesPerUnit = 1)
    {
        var schedule = Schedule.Of(kind, units: 4, microBatches: 8, stagesPerUnit);
        var cost = new StageCost(Whole.Forward / stagesPerUnit, Whole.BackwardInputs / stagesPerUnit, Whole.BackwardWeights / stagesPerUnit);
        return TimelineChart.Picture(Foretold(schedule, PipelineSimulator.Run(schedule, [.. Enumerable.Repeat(cost, schedule.Stages)])));
    }

    /// <summary>Two units, two micro-batches, and a filler of eight layers that goes forward and back through whichever unit is free.</summary>
    private static string DrawFilled()
    {
        const int Layers = 8;
        var schedule = Schedule.Of(PipelineSchedule.OneForwardOneBackward, units: 2, microBatches: 2);
        var iteration = PipelineSimulator.Run(schedule, [Whole, Whole]);
        FillChunk[] chunks = [.. Enumerable.Range(0, 2 * Layers).Select(number => new FillChunk(number == 0 ? [] : [number - 1], number < Layers ? 0.003 : 0.006))];
        var plan = FillPlanner.Plan(new MainInstance(iteration, 0, 0), [new FillerOption(16, 0, chunks)]);
        return TimelineChart.Picture(Foretelling.With(Foretold(schedule, iteration), plan, Filler, iteration: 1));
    }

    private static PipelineTimeline Foretold(Schedule schedule, Timeline iteration) =>
        Foretelling.Of(Main, schedule, iteration, [.. iteration.Units.Select((_, unit) => $"unit {unit}")]);
}
