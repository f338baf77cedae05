using DurableTrainer.Training.Parallel.Pipeline.Filling;
using DurableTrainer.Training.Parallel.Pipeline.Simulation;
using DurableTrainer.Training.Parallel.Pipeline.Timelines;

namespace DurableTrainer.Training.Parallel.Pipeline.Running;

/// <summary>The batch among the last ones that took as long as most, beside what was foretold of it.</summary>
internal static class MeasuredTimeline
{
    /// <param name="trial">Whose batches they are.</param>
    /// <param name="plan">What its units do.</param>
    /// <param name="watch">The last batches.</param>
    /// <param name="names">Of the units.</param>
    /// <param name="fills">Chunks of others in their gaps.</param>
    /// <param name="frequency">Timestamps of a second.</param>
    /// <returns>Null before there was a batch of full size.</returns>
    public static PipelineTimeline? Of(
        int trial, InstructionPlan plan, PipelineWatch watch, IReadOnlyList<string> names, IReadOnlyCollection<FilledSpan> fills, long frequency)
    {
        // Filled ones show more, where there are some.
        var filled = watch.Records.Where(record => record.IsFilled && fills.Any(span => span.Start >= record.Start && span.End <= record.End)).ToList();
        var records = (filled.Count > 0 ? filled : watch.Records).OrderBy(record => record.End - record.Start).ToList();
        if (records.Count == 0)
            return null;
        var shown = records[records.Count / 2];
        var foretold = PipelineSimulator.Run(plan.Schedule, watch.Times.Costs);
        var seconds = Seconds(shown.End);
        var busy = Busy(shown) / frequency;
        var pieces = FilledGaps.Of(plan, shown, fills);
        return new PipelineTimeline
        {
            Trial = trial,
            Schedule = plan.Schedule.Kind,
            MicroBatches = plan.Schedule.MicroBatches,
            Stages = plan.Schedule.Stages,
            Seconds = seconds,
            BubbleShare = 1 - busy / (plan.ByUnit.Count * seconds),
            Gain = fills.Count == 0 ? null : 1 + records.Sum(Filled) / records.Sum(Busy),
            Units = [.. plan.ByUnit.Select((numbers, unit) => new UnitTimeline(
                names[unit],
                [.. foretold.Units[unit].Select(TimelinePass.Of)],
                [.. numbers.Select(number => TimelinePass.Of(new TimelineSpan(Seconds(shown.Starts[number]), Seconds(shown.Ends[number]), plan.Instructions[number])))],
                [.. pieces[unit].Select(piece => new TimelineFill(Seconds(piece.Start), Seconds(piece.End), piece.Trial))]))],
        };

        double Seconds(long timestamp) => (double)(timestamp - shown.Start) / frequency;

        double Busy(BatchRecord record) => record.Ends.Zip(record.Starts, (end, start) => (double)(end - start)).Sum();

        double Filled(BatchRecord record) => FilledGaps.Of(plan, record, fills).Sum(unit => unit.Sum(piece => (double)(piece.End - piece.Start)));
    }
}
