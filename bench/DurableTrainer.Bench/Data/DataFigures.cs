using System.Text.Json.Nodes;
using DurableTrainer.Bench.Measuring;
using DurableTrainer.Training.Parallel.Data.Planning;
using DurableTrainer.Training.Parallel.Data.Simulation;

namespace DurableTrainer.Bench.Data;

/// <summary>What a run of two units came to, of which the first is slowed down in the middle.</summary>
/// <param name="Run">The run.</param>
/// <param name="Setting">What was run.</param>
/// <param name="SingleSeconds">That a unit at full speed takes for a whole step alone.</param>
internal sealed record DataFigures(DataRun Run, DataSetting Setting, double SingleSeconds)
{
    /// <summary>Steps whose median says whether the new bound is reached.</summary>
    private const int Stretch = 5;

    private const double Reach = 0.9;

    /// <summary>A step at the bound (v₁ + v₂)/max v: both units always work, and nothing is done beside.</summary>
    public double BoundSeconds => SingleSeconds / Setting.DutyCycles.Sum();

    /// <summary>The same once the first unit is slower.</summary>
    public double NewBoundSeconds => SingleSeconds / (Setting.DutyCycles.Sum() - Setting.DutyCycles[0] * (1 - 1 / DataSetting.SlowDown));

    public double RatioToBound => BoundSeconds / MedianOf(Before);

    /// <summary>From the step on in which the bound has to be reached.</summary>
    public double RecoveredRatio => NewBoundSeconds / MedianOf(After.Skip(DataSetting.MostRecovery));

    /// <summary>Steps after the slow-down until the median of the next few reaches 90% of the new bound; null when they never do.</summary>
    public int? RecoverySteps
    {
        get
        {
            double[] after = [.. After.Select(step => step.Seconds)];
            for (var step = 0; step + Stretch <= after.Length; step++)
            {
                if (NewBoundSeconds / Statistics.Median(after[step..(step + Stretch)]) >= Reach)
                    return step;
            }

            return null;
        }
    }

    /// <summary>The mean step of the simulation over the mean real one.</summary>
    public double SimulatedRatio => Simulated.Average(step => step.Seconds) / Run.Steps.Average(step => step.Seconds);

    /// <summary>Steps after the slow-down until batches were shared otherwise; null when they never were.</summary>
    public long? ReplannedAfter => Run.Plans.FirstOrDefault(plan => plan.Step > Setting.StepsBefore)?.Step - Setting.StepsBefore;

    /// <summary>
    /// The same steps in simulated time. What units take is as probed, at the speed of the first steps until batches were shared otherwise;
    /// the slow-down, the new plans and all that follows are foretold.
    /// </summary>
    public IReadOnlyList<SimulatedStep> Simulated { get; } = new StepSimulator(
        ["unit 0", "unit 1"], CostsOf(Run), DataTask.Batch, Statistics.Median(Run.Steps.Select(step => step.Seconds - step.SharedSeconds)))
        .Run(Run.Steps.Count, new SpeedChange(Setting.StepsBefore, 0, DataSetting.SlowDown));

    private IEnumerable<StepTiming> Before => Run.Steps.Take(Setting.StepsBefore);

    private IEnumerable<StepTiming> After => Run.Steps.Skip(Setting.StepsBefore);

    public JsonObject ToJson() => new()
    {
        ["ratioToBound"] = double.Round(RatioToBound, 4),
        ["recoveredRatio"] = double.Round(RecoveredRatio, 4),
        ["recoverySteps"] = RecoverySteps,
        ["replannedAfter"] = ReplannedAfter,
        ["simulatedRatio"] = double.Round(SimulatedRatio, 4),
        ["clock"] = "processor time of each unit's thread, rests counted and not taken",
        ["throttling"] = $"duty cycles 1 and 0.5, and {double.Round(1 / DataSetting.SlowDown, 3)} of unit 0 from step {Setting.StepsBefore} on",
        ["batch"] = DataTask.Batch,
        ["steps"] = Run.Steps.Count,
        ["stepMilliseconds"] = double.Round(1000 * MedianOf(Before), 3),
        ["boundMilliseconds"] = double.Round(1000 * BoundSeconds, 3),
        ["sharedMilliseconds"] = double.Round(1000 * Statistics.Median(Before.Select(step => step.SharedSeconds)), 3),
        ["unitMilliseconds"] = new JsonArray([.. Setting.DutyCycles.Select((_, unit) => JsonValue.Create(double.Round(1000 * Statistics.Median(Before.Select(step => step.UnitSeconds[unit])), 3)))]),
    };

    private static UnitCost[] CostsOf(DataRun run)
    {
        var first = run.Steps.TakeWhile(step => step.Shards.SequenceEqual(run.Steps[0].Shards)).Take(Coordinator.Window).ToList();
        return [.. run.Probed.Select((cost, unit) =>
            cost.Times(Statistics.Median(first.Select(step => step.UnitSeconds[unit])) / cost.Of(first[0].Shards[unit])))];
    }

    private static double MedianOf(IEnumerable<StepTiming> steps) => Statistics.Median(steps.Select(step => step.Seconds));
}
