using DurableTrainer.Training.Parallel.Pipeline.Filling;
using DurableTrainer.Training.Parallel.Pipeline.Schedules;
using DurableTrainer.Training.Parallel.Pipeline.Simulation;

namespace DurableTrainer.Training.Parallel.Pipeline.Timelines;

/// <summary>A timeline of what is simulated alone.</summary>
internal static class Foretelling
{
    /// <param name="trial">Whose model is pipelined.</param>
    /// <param name="schedule">Of its units.</param>
    /// <param name="iteration">Simulated from it.</param>
    /// <param name="names">Of the unit that has the first stage, of the next one, and so on.</param>
    public static PipelineTimeline Of(int trial, Schedule schedule, Timeline iteration, IReadOnlyList<string> names) => new()
    {
        Trial = trial,
        Schedule = schedule.Kind,
        MicroBatches = schedule.MicroBatches,
        Stages = schedule.Stages,
        Seconds = iteration.Seconds,
        BubbleShare = iteration.BubbleShare,
        Units = [.. iteration.Units.Select((spans, unit) => new UnitTimeline(names[unit], [.. spans.Select(TimelinePass.Of)], [], []))],
    };

    /// <summary>With what a filler does in one of the iterations for which it is planned.</summary>
    /// <param name="timeline">Of the main instance, with no time between its iterations.</param>
    /// <param name="plan">That was not refused.</param>
    /// <param name="trial">Which fills.</param>
    /// <param name="iteration">Of the main instance, 0 to 2: from 1 on a filler may be under way when it begins.</param>
    public static PipelineTimeline With(PipelineTimeline timeline, FillPlan plan, int trial, int iteration)
    {
        var begin = iteration * timeline.Seconds;
        return timeline with
        {
            Gain = plan.Gain,
            Units = [.. timeline.Units.Select((unit, number) => unit with { Filler = [.. Fills(plan.Units[number])] })],
        };

        IEnumerable<TimelineFill> Fills(IEnumerable<FillerSpan> spans) =>
            from span in spans
            let fill = new TimelineFill(Math.Max(0, span.Start - begin), Math.Min(timeline.Seconds, span.End - begin), trial)
            // What only touches the iteration by the rounding of sums is none of its.
            where fill.End - fill.Start > 1e-9 * timeline.Seconds
            select fill;
    }
}
