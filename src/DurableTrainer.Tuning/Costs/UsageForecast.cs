using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;

namespace DurableTrainer.Tuning.Costs;

/// <summary>
/// What an experiment will use: trials are drawn from those of an earlier experiment, since that is where such a search looks and how long it
/// lets trials train, and each takes what the models of their usage say, with their errors.
/// </summary>
public static class UsageForecast
{
    private const int Draws = 400;

    /// <summary>A search of more trials is drawn from as many, and multiplied.</summary>
    private const int MostTrials = 200;

    private static readonly TimeSpan Longest = TimeSpan.FromDays(100_000);

    /// <param name="space">Of the experiment.</param>
    /// <param name="plan">What it will do.</param>
    /// <param name="earlier">Trials of an earlier experiment; those whose points the space does not have are left out.</param>
    /// <returns>Null when too few trials are known.</returns>
    public static ExpectedUsage? Of(SearchSpace space, PlannedTrials plan, IReadOnlyList<EarlierTrialUsage> earlier)
    {
        var known = earlier.Where(trial => space.Problems(trial.Point).Count == 0).ToList();
        if (known.Count < UsageModel.Fewest || plan.Trials < 1)
            return null;
        var length = new TrialLength(plan.Epochs);
        var (cpu, wall, memory) = (Simulate(MeasuredResource.CpuTime), Simulate(MeasuredResource.WallClock), Simulate(MeasuredResource.Memory));
        return cpu is null && wall is null && memory is null ? null : new ExpectedUsage
        {
            Trials = known.Count,
            CpuTime = Time(cpu, 1),
            WallClock = Time(wall, plan.Lanes),
            PeakMemory = memory is var (expected, upper) ? new MemoryEstimate(Bytes(expected), Bytes(upper)) : null,
        };

        (double Expected, double Upper)? Simulate(MeasuredResource resource)
        {
            var seen = known
                .Select(trial => (trial.Point, Usage: TrialUsage.Of(trial.Used, trial.HasFailed, plan.Limits)?.Of(resource)))
                .Where(pair => pair.Usage is not null)
                .Select(pair => (pair.Point, pair.Usage!.Value))
                .ToList();
            if (UsageModel.Fit(space, seen) is not { } model)
                return null;
            var random = new KeyedRandom(plan.Seed, "usage/" + resource);
            var isMemory = resource == MeasuredResource.Memory;
            double[] logarithms = [.. known.Select(trial => model.PredictLogarithm(trial.Point))];
            double[] epochs = [.. known.Select(trial => isMemory ? 1 : (plan.EpochShare ?? trial.EpochShare) * length.Of(trial.Point))];
            var drawn = Math.Min(plan.Trials, MostTrials);
            var totals = new double[Draws];
            for (var draw = 0; draw < Draws; draw++)
            {
                // What the model has wrong, it has wrong for all.
                var shared = model.Deviation / Math.Sqrt(model.Trials) * random.NextGaussian();
                for (var trial = 0; trial < drawn; trial++)
                {
                    var like = random.NextInt32(known.Count);
                    var usage = epochs[like] * Math.Exp(logarithms[like] + shared + model.Deviation * random.NextGaussian());
                    totals[draw] = isMemory ? Math.Max(totals[draw], usage) : totals[draw] + usage;
                }

                if (!isMemory)
                    totals[draw] *= (double)plan.Trials / drawn;
            }

            Array.Sort(totals);
            return (totals.Average(), totals[(int)Math.Ceiling(UsageModel.Confidence * Draws) - 1]);
        }

        static long Bytes(double bytes) => (long)Math.Min(bytes, 1e18);

        static TimeEstimate? Time((double Expected, double Upper)? seconds, int lanes) => seconds is var (expected, upper)
            ? new TimeEstimate(Span(expected / lanes), Span(upper / lanes))
            : null;

        static TimeSpan Span(double seconds) => TimeSpan.FromSeconds(Math.Min(seconds, Longest.TotalSeconds));
    }
}

/// <summary>The trials that an experiment plans.</summary>
public sealed record PlannedTrials
{
    public required int Trials { get; init; }

    /// <summary>Trials at once.</summary>
    public required int Lanes { get; init; }

    /// <summary>Epochs of a trial that is not stopped: a number, or an expression over the point.</summary>
    public required ParameterValue Epochs { get; init; }

    /// <summary>The share of its epochs that a trial trains on average; null when as in the earlier experiment.</summary>
    public double? EpochShare { get; init; }

    /// <summary>What a trial may use.</summary>
    public LimitsSpec? Limits { get; init; }

    public long Seed { get; init; }
}

/// <param name="Point">What was tried.</param>
/// <param name="Used">By all epochs that it trained.</param>
/// <param name="HasFailed">Whether it was ended in the middle.</param>
/// <param name="EpochShare">The share of its epochs that it trained.</param>
public sealed record EarlierTrialUsage(Point Point, Usage Used, bool HasFailed, double EpochShare);
