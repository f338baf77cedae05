using DurableTrainer.Tuning.Models;

namespace DurableTrainer.Tuning.Beliefs;

/// <summary>
/// Fits kernels, climbs on from those that were fitted before, or takes them as they are: in a long search a fit takes much of a proposal's
/// time, and changes little from one trial to the next.
/// </summary>
/// <param name="before">What was fitted last; null when nothing is remembered.</param>
/// <param name="observations">Trials with a value that there are.</param>
/// <param name="dimensions">Parameters of the space.</param>
internal sealed class KernelMemory(KernelFits? before, int observations, int dimensions)
{
    /// <summary>With fewer observations each one may change everything, and kernels are fitted from the start for every proposal.</summary>
    public const int Known = 64;

    /// <summary>From so many on, as many as a fit looks at, kernels are taken as they are.</summary>
    public const int Settled = Belief.FittedLimit;

    /// <summary>Kernels are fitted from the start again when there are so many times as many observations.</summary>
    private const double Growth = 1.1;

    private readonly Dictionary<string, double[]> used = [];

    private readonly bool isFresh =
        before is { Observations: >= Known and var then } && observations >= then && observations < Growth * then && IsSettled(then) == IsSettled(observations);

    /// <param name="process">Its name.</param>
    /// <param name="fit">Finds its parameters, from those it gets or from the start.</param>
    public double[] Of(string process, Func<double[]?, double[]> fit)
    {
        var known = isFresh && before!.Parameters.TryGetValue(process, out var remembered) && IsSound(remembered) ? remembered : null;
        return used[process] = known is not null && IsSettled(observations) ? known : fit(known);
    }

    /// <summary>What is worth remembering of it; null when nothing is.</summary>
    public KernelFits? Fits => observations < Known ? null : new() { Observations = isFresh ? before!.Observations : observations, Parameters = used };

    private static bool IsSettled(int observations) => observations >= Settled;

    private bool IsSound(double[] parameters) => parameters.Length == KernelParameters.CountOf(dimensions) && Array.TrueForAll(parameters, double.IsFinite);
}
