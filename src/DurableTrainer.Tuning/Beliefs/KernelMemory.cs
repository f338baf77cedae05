using DurableTrainer.Tuning.Models;

namespace DurableTrainer.Tuning.Beliefs;

/// <summary>
/// Fits kernels, or takes those that were fitted before: in a long search a fit takes much of a proposal's time, and hardly changes from one
/// trial to the next.
/// </summary>
/// <param name="before">What was fitted last; null when nothing is remembered.</param>
/// <param name="observations">Trials with a value that there are.</param>
/// <param name="dimensions">Parameters of the space.</param>
internal sealed class KernelMemory(KernelFits? before, int observations, int dimensions)
{
    /// <summary>With fewer observations each one counts, and kernels are fitted for every proposal: as many as a fit looks at.</summary>
    public const int Settled = Belief.FittedLimit;

    /// <summary>Kernels are fitted again when there are so many times as many observations.</summary>
    private const double Growth = 1.1;

    private readonly Dictionary<string, double[]> used = [];

    private readonly bool isFresh =
        before is { Observations: >= Settled and var then } && observations >= then && observations < Growth * then;

    /// <param name="process">Its name.</param>
    /// <param name="fit">Finds its parameters.</param>
    public double[] Of(string process, Func<double[]> fit) =>
        used[process] = isFresh && before!.Parameters.TryGetValue(process, out var known) && IsSound(known) ? known : fit();

    /// <summary>What is worth remembering of it; null when nothing is.</summary>
    public KernelFits? Fits => observations < Settled ? null : new() { Observations = isFresh ? before!.Observations : observations, Parameters = used };

    private bool IsSound(double[] parameters) => parameters.Length == KernelParameters.CountOf(dimensions) && Array.TrueForAll(parameters, double.IsFinite);
}
