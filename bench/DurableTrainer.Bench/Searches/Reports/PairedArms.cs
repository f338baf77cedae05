using DurableTrainer.Bench.Measuring;

namespace DurableTrainer.Bench.Searches.Reports;

/// <summary>Two arms on one task, seed by seed: only seeds that both have count.</summary>
internal sealed class PairedArms
{
    private readonly IReadOnlyList<(ArmRun Own, ArmRun Other)> pairs;

    private PairedArms(TrainingTask task, IReadOnlyList<(ArmRun Own, ArmRun Other)> pairs) => (Task, this.pairs) = (task, pairs);

    public TrainingTask Task { get; }

    public int Seeds => pairs.Count;

    /// <summary>Of the differences of the best values: above 0 where the own arm is better.</summary>
    public IReadOnlyList<double> Gains => [.. pairs.Select(pair => Task.Gain(pair.Own.Best, pair.Other.Best))];

    /// <summary>The same of what both had after as many epochs as the one that trained less: nothing that the machine was busy with is in it.</summary>
    public IReadOnlyList<double> GainsAtEqualEpochs => [.. pairs.Select(AtEqualEpochs).Select(pair => Task.Gain(pair.Own, pair.Other))];

    public double EqualEpochsPValue => SignedRankTest.PValue(pairs.Select(AtEqualEpochs));

    public double BestPValue => PValue(run => run.Best);

    public IReadOnlyList<double> EpochRatios => [.. pairs.Select(pair => (double)pair.Own.Epochs / pair.Other.Epochs)];

    public IReadOnlyList<double> SecondsRatios => [.. pairs.Select(pair => pair.Own.WallSeconds / pair.Other.WallSeconds)];

    public double SecondsPValue => PValue(run => run.WallSeconds);

    /// <summary>
    /// Time until as good as the worse of both in the end, over the same of the other arm: both get there, so that neither is lucky by
    /// having stopped early.
    /// </summary>
    public IReadOnlyList<double> CommonRatios => [.. pairs.Select(pair => Common(pair).Own / Common(pair).Other)];

    public double CommonPValue => SignedRankTest.PValue(pairs.Select(Common));

    /// <summary>Of the models that were handed over, on samples that no trial has seen; null where none were held out.</summary>
    public IReadOnlyList<double>? TestGains => pairs.All(pair => pair is { Own.Test: not null, Other.Test: not null })
        ? [.. pairs.Select(pair => Task.Gain(pair.Own.Test!.Value, pair.Other.Test!.Value))]
        : null;

    public double TestPValue => PValue(run => run.Test ?? double.NaN);

    /// <summary>Seeds in which the own arm lost no more than the tolerance, with at most such a share of the epochs.</summary>
    public int AsGoodWithin(double epochShare) => pairs.Count(pair =>
        Task.Gain(pair.Own.Best, pair.Other.Best) >= -Task.Tolerance - Rounding && pair.Own.Epochs <= epochShare * pair.Other.Epochs);

    public int AsGood => AsGoodWithin(double.PositiveInfinity);

    /// <returns>Null where there is no seed that both have.</returns>
    public static PairedArms? Of(TrainingTask task, Arm own, Arm other, IReadOnlyList<ArmRun> runs)
    {
        var others = runs.Where(run => run.Task == task && run.Arm == other.Name).ToDictionary(run => run.Seed);
        (ArmRun, ArmRun)[] pairs = [.. runs
            .Where(run => run.Task == task && run.Arm == own.Name && others.ContainsKey(run.Seed))
            .Select(run => (run, others[run.Seed]))];
        return pairs.Length == 0 ? null : new PairedArms(task, pairs);
    }

    /// <summary>Differences of accuracies are not exact.</summary>
    private const double Rounding = 1e-9;

    private double PValue(Func<ArmRun, double> value) => SignedRankTest.PValue(pairs.Select(pair => (value(pair.Own), value(pair.Other))));

    private static (double Own, double Other) AtEqualEpochs((ArmRun Own, ArmRun Other) pair)
    {
        var epochs = Math.Min(pair.Own.Epochs, pair.Other.Epochs);
        return (pair.Own.BestAfter(epochs) ?? pair.Own.Best, pair.Other.BestAfter(epochs) ?? pair.Other.Best);
    }

    private (double Own, double Other) Common((ArmRun Own, ArmRun Other) pair)
    {
        var worse = Task.IsBetter(pair.Own.Best, pair.Other.Best) ? pair.Other : pair.Own;
        return (pair.Own.SecondsTo(worse.WithinTolerance)!.Value, pair.Other.SecondsTo(worse.WithinTolerance)!.Value);
    }
}
