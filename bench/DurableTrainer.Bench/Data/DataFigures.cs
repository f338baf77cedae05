using System.Text.Json.Nodes;
using DurableTrainer.Bench.Measuring;
using DurableTrainer.Training.Parallel.Data.Planning;
using DurableTrainer.Training.Parallel.Data.Simulation;

namespace DurableTrainer.Bench.Data;

/// <summary>What a run of two units came to, of which the first is slowed down in the middle.</summary>
/// <param name="Compared">The run, and the unit alone beside it.</param>
/// <param name="Setting">What was run.</param>
internal sealed record DataFigures(ComparedRun Compared, DataSetting Setting)
{
    /// <summary>Steps whose median says whether the new bound is reached.</summary>
    private const int Stretch = 5;

    private const double Reach = 0.9;

    public DataRun Run => Compared.Run;

    /// <summary>A step at the bound (v₁ + v₂)/max v: both units always work, and nothing is done beside.</summary>
    public double BoundSeconds => Compared.SingleSeconds(0, Setting.StepsBefore) / Speed;

    /// <summary>The same once the first unit is slower.</summary>
    public double NewBoundSeconds => Compared.SingleSeconds(Setting.StepsBefore, Run.Steps.Count) / NewSpeed;

    /// <summary>By how many units at full speed the work is done.</summary>
    private double Speed => Setting.DutyCycles.Sum();

    private double NewSpeed => Setting.DutyCycles.Sum() - Setting.DutyCycles[0] * (1 - 1 / DataSetting.SlowDown);

    public double RatioToBound => Ratio(0, Setting.StepsBefore, Speed);

    /// <summary>From the step on in which the bound has to be reached.</summary>
    public double RecoveredRatio => Ratio(Setting.StepsBefore + DataSetting.MostRecovery, Run.Steps.Count, NewSpeed);

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

    public double SimulatedRatio => Foretelling.RatioOf(Simulated, Run);

    public double FromTheFirstRatio => Foretelling.RatioOf(Foretelling.FromTheFirst(Run, Setting), Run);

    /// <summary>Steps after the slow-down until batches were shared otherwise; null when they never were.</summary>
    public long? ReplannedAfter => Run.Plans.FirstOrDefault(plan => plan.Step > Setting.StepsBefore)?.Step - Setting.StepsBefore;

    /// <summary>The same steps in simulated time, each stretch from the one before it.</summary>
    public IReadOnlyList<SimulatedStep> Simulated { get; } = Foretelling.StretchAhead(Compared.Run, Setting);

    private IEnumerable<StepTiming> Before => Run.Steps.Take(Setting.StepsBefore);

    private IEnumerable<StepTiming> After => Run.Steps.Skip(Setting.StepsBefore);

    public JsonObject ToJson() => new()
    {
        ["ratioToBound"] = double.Round(RatioToBound, 4),
        ["recoveredRatio"] = double.Round(RecoveredRatio, 4),
        ["recoverySteps"] = RecoverySteps,
        ["replannedAfter"] = ReplannedAfter,
        ["simulatedRatio"] = double.Round(SimulatedRatio, 4),
        ["fromTheFirstRatio"] = double.Round(FromTheFirstRatio, 4),
        ["clock"] = "processor time of each unit's thread, in turns on one processor, rests counted and not taken",
        ["throttling"] = $"duty cycles 1 and 0.5, and {double.Round(1 / DataSetting.SlowDown, 3)} of unit-0 from step {Setting.StepsBefore} on",
        ["batch"] = DataTask.Batch,
        ["steps"] = Run.Steps.Count,
        ["stepMilliseconds"] = double.Round(1000 * MedianOf(Before), 3),
        ["boundMilliseconds"] = double.Round(1000 * BoundSeconds, 3),
        ["sharedMilliseconds"] = double.Round(1000 * Statistics.Median(Before.Select(step => step.SharedSeconds)), 3),
        ["unitMilliseconds"] = new JsonArray([.. Setting.DutyCycles.Select((_, unit) => JsonValue.Create(double.Round(1000 * Statistics.Median(Before.Select(step => step.UnitSeconds[unit])), 3)))]),
    };

    /// <summary>The bound over the steps that were taken, the median of epochs.</summary>
    private double Ratio(int from, int to, double speed) => Statistics.Median(Compared.SpeedUps(from, to)) / speed;

    private static double MedianOf(IEnumerable<StepTiming> steps) => Statistics.Median(steps.Select(step => step.Seconds));
}
