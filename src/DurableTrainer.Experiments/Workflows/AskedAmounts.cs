using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Costs;
using DurableTrainer.Tuning.Quotas;

namespace DurableTrainer.Experiments.Workflows;

/// <summary>What an experiment may come to at most, as far as its spec bounds it, and else as an earlier one like it leads one to expect.</summary>
public static class AskedAmounts
{
    /// <summary>Checkpoints that a trial keeps at most: the newest two, the best until each, and one that is being written.</summary>
    private const int Checkpoints = 5;

    /// <summary>A parameter, its gradient's averages and the best one, as single-precision numbers.</summary>
    private const int BytesPerParameter = 16;

    /// <param name="spec">The spec.</param>
    /// <param name="trials">Trials at most.</param>
    /// <param name="expected">What it is expected to use where the spec bounds nothing; null when nothing is known.</param>
    public static Amounts Of(ExperimentSpec spec, int trials, ExpectedUsage? expected = null)
    {
        var lanes = SearchPlans.LanesOf(spec);
        return Amounts.None
            .With(Resource.Experiments, 1)
            .With(Resource.Workers, lanes)
            .With(Resource.Memory, lanes * (decimal?)(spec.Limits.Memory?.Bytes ?? expected?.PeakMemory?.UpperBytes))
            .With(Resource.Storage, (decimal)trials * Checkpoints * BytesPerParameter * spec.Limits.Parameters)
            .With(Resource.CpuTime, Least(Seconds(spec.Budget.CpuTime), trials * Seconds(spec.Limits.CpuTime)) ?? Seconds(expected?.CpuTime?.Upper))
            .With(Resource.GpuTime, GpuSeconds(spec, trials, lanes));
    }

    /// <summary>A device is never busy for longer than the slices run that have it. The pool of the machine itself has none.</summary>
    private static decimal? GpuSeconds(ExperimentSpec spec, int trials, int lanes) => spec.Quota.Pool == QuotaSpec.DefaultPool
        ? 0
        : Least(lanes * Seconds(spec.Budget.WallClock), trials * Seconds(spec.Limits.WallClock));

    private static decimal? Seconds(TimeSpan? span) => span is { } time ? (decimal)time.Ticks / TimeSpan.TicksPerSecond : null;

    private static decimal? Least(decimal? a, decimal? b) => a is null || b < a ? b : a;
}
