using DurableTrainer.Bench.Measuring;
using DurableTrainer.Training.Parallel.Data.Planning;
using DurableTrainer.Training.Parallel.Data.Simulation;

namespace DurableTrainer.Bench.Data;

/// <summary>The steps of a run in simulated time, from what was measured before them. The slow-down is known beforehand; the new plans are not.</summary>
internal static class Foretelling
{
    /// <summary>Steps that are foretold at a time, from as many before them; the first so many are none.</summary>
    public const int Stretch = Coordinator.Window / 2;

    /// <summary>
    /// Stretch by stretch: in each step a unit takes for a sample what it took one stretch before, and as much is done beside. The speed of a
    /// machine that others use changes in the course of a run, and nobody foretells that.
    /// </summary>
    public static IReadOnlyList<SimulatedStep> StretchAhead(DataRun run, DataSetting setting) => SimulatorOf(run).Run(run.Steps.Count, step =>
    {
        var source = Math.Max(step % Stretch, step - Stretch);
        var measured = run.Steps[source];
        var slowDown = source < setting.StepsBefore && step >= setting.StepsBefore ? DataSetting.SlowDown : 1;
        return new StepCosts(
            [.. run.Probed.Select((cost, unit) => Measured(cost, measured, unit).Times(unit == 0 ? slowDown : 1))],
            measured.Seconds - measured.UnitSeconds.Max());
    });

    /// <summary>All of it from the first stretch: units take what they took there in the median, to the end.</summary>
    public static IReadOnlyList<SimulatedStep> FromTheFirst(DataRun run, DataSetting setting)
    {
        var first = run.Steps.Take(Stretch).ToList();
        UnitCost[] costs = [.. run.Probed.Select((cost, unit) => cost.Times(Statistics.Median(first.Select(step => Factor(cost, step, unit)))))];
        var beside = Statistics.Median(first.Select(step => step.Seconds - step.UnitSeconds.Max()));
        return SimulatorOf(run).Run(run.Steps.Count, step =>
            new StepCosts([.. costs.Select((cost, unit) => cost.Times(unit == 0 && step >= setting.StepsBefore ? DataSetting.SlowDown : 1))], beside));
    }

    /// <summary>The mean simulated step over the mean real one, of all that are foretold.</summary>
    public static double RatioOf(IReadOnlyList<SimulatedStep> simulated, DataRun run) =>
        simulated.Skip(Stretch).Average(step => step.Seconds) / run.Steps.Skip(Stretch).Average(step => step.Seconds);

    private static StepSimulator SimulatorOf(DataRun run) => new(["unit-0", "unit-1"], run.Probed, DataTask.Batch);

    private static UnitCost Measured(UnitCost probed, StepTiming step, int unit) => probed.Times(Factor(probed, step, unit));

    /// <summary>How many times as long a unit took as was probed; a unit that rests is as it was probed.</summary>
    private static double Factor(UnitCost probed, StepTiming step, int unit) =>
        step.Shards[unit] == 0 ? 1 : step.UnitSeconds[unit] / probed.Of(step.Shards[unit]);
}
