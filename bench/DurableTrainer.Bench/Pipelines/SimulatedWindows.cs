using DurableTrainer.Bench.Measuring;
using DurableTrainer.Training.Parallel.Pipeline;
using DurableTrainer.Training.Parallel.Pipeline.Schedules;
using DurableTrainer.Training.Parallel.Pipeline.Simulation;

namespace DurableTrainer.Bench.Pipelines;

/// <summary>What the simulator makes of batches while they run: as many at a time as medians of instructions are taken of.</summary>
internal sealed class SimulatedWindows
{
    private const int Window = 20;

    private readonly List<SimulatedWindow> all = [];
    private int sinceLast, cuts;

    public IReadOnlyList<SimulatedWindow> All => all;

    /// <summary>Takes note of a batch, the last one of those that were.</summary>
    public void Add(PipelineSession session, TrialSetting setting, List<BatchTime> batches)
    {
        // With another cut, instructions are measured anew.
        sinceLast = session.Plans.Count == cuts ? sinceLast + 1 : 1;
        cuts = session.Plans.Count;
        if (sinceLast < Window)
            return;
        sinceLast = 0;
        var schedule = Schedule.Of(setting.Schedule, setting.DutyCycles.Length, setting.MicroBatches);
        all.Add(new SimulatedWindow(
            PipelineSimulator.Run(schedule, session.StageCosts).Seconds, Statistics.Median(batches.TakeLast(Window).Select(batch => batch.Seconds))));
    }
}
