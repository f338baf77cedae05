using System.Diagnostics;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Parallel.Async;

/// <summary>By what the rate of an update is scaled: c = 1/max(1, x), where x is taken from the learner's window.</summary>
internal static class StalenessScale
{
    /// <param name="spec">The rule.</param>
    /// <param name="window">From the oldest staleness to the newest.</param>
    /// <returns>c in (0, 1]; null when only who applies the update can tell.</returns>
    public static double? Of(AsyncParallelSpec spec, IReadOnlyList<int> window) => spec.Context switch
    {
        StalenessContext.Mean => Inverse(window.Average()),
        StalenessContext.Median => Inverse(Median(window)),
        StalenessContext.Quantile => Inverse(Quantile(window, spec.Quantile)),
        StalenessContext.ExponentialAverage => Inverse(window.Skip(1).Aggregate(
            (double)window[0], (average, value) => average + spec.Smoothing * (value - average))),
        StalenessContext.Current => null,
        StalenessContext.None or StalenessContext.Synchronous => 1,
        StalenessContext.Constant => spec.Factor ?? throw new ArgumentException("A constant factor has no value.", nameof(spec)),
        _ => throw new UnreachableException($"No rule goes by {spec.Context}."),
    };

    /// <summary>c of a context.</summary>
    public static double Inverse(double context) => 1 / Math.Max(1, context);

    private static double Median(IReadOnlyList<int> window)
    {
        int[] sorted = [.. window.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2.0;
    }

    /// <summary>The least value that has such a share of the window at or below it.</summary>
    private static double Quantile(IReadOnlyList<int> window, double share) =>
        window.Order().ElementAt(Math.Max(0, (int)Math.Ceiling(share * window.Count) - 1));
}
