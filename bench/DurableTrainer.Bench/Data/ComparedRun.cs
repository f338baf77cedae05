using DurableTrainer.Bench.Measuring;

namespace DurableTrainer.Bench.Data;

/// <summary>A run with steps of one unit at full speed alone, taken between its epochs, so that what changes on the machine touches both.</summary>
/// <param name="Run">The run.</param>
/// <param name="Single">Steps of the unit alone, before every epoch and at the end.</param>
internal sealed record ComparedRun(DataRun Run, IReadOnlyList<SingleStep> Single)
{
    private const int WarmUp = 40, SingleStepsAtATime = 3;

    /// <param name="task">What to train.</param>
    /// <param name="dutyCycles">One for each unit.</param>
    /// <param name="steps">How many steps of the run.</param>
    /// <param name="time">By which both are measured.</param>
    /// <param name="slowDown">After so many steps unit 0 takes so many times as long; null for never.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static ComparedRun Of(
        DataTask task, double[] dutyCycles, int steps, TimeProvider time, (int Step, double Factor)? slowDown = null, CancellationToken cancellation = default)
    {
        using var single = new SingleSteps(task, time);
        single.Take(WarmUp);
        var alone = new List<SingleStep>();
        var run = DataRun.Of(
            task, dutyCycles, steps, time, slowDown,
            done => alone.AddRange(single.Take(SingleStepsAtATime).Select(seconds => new SingleStep(done, seconds))), cancellation);
        return new ComparedRun(run, alone);
    }

    /// <summary>How many times as fast as the unit alone the run was, epoch by epoch against its steps right before and after.</summary>
    /// <param name="from">The first step of the run that counts.</param>
    /// <param name="to">The first step from there on that does not.</param>
    /// <returns>One for each epoch that has such steps, in order.</returns>
    public IEnumerable<double> SpeedUps(int from, int to)
    {
        int[] marks = [.. Single.Select(step => step.Before).Distinct().Order()];
        foreach (var (start, end) in marks.Zip(marks.Skip(1)))
        {
            var (first, last) = (Math.Max(from, start), Math.Min(to, end));
            double[] seconds = [.. Run.Steps.Where(step => step.Step >= first && step.Step < last).Select(step => step.Seconds)];
            if (seconds.Length > 0)
                yield return SingleSeconds(start, end) / Statistics.Median(seconds);
        }
    }

    /// <summary>The median of the steps alone that were taken when from so many to so many steps of the run were done.</summary>
    public double SingleSeconds(int from, int to) =>
        Statistics.Median(Single.Where(step => step.Before >= from && step.Before <= to).Select(step => step.Seconds));
}
