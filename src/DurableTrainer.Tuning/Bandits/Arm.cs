using DurableTrainer.Core.Randomness;
using MathNet.Numerics.LinearAlgebra;

namespace DurableTrainer.Tuning.Bandits;

/// <summary>
/// A Bayesian linear model of what an expert earns in a context. What it learned fades back to what was believed before, so that an
/// expert whose time has passed gives way.
/// </summary>
internal sealed class Arm
{
    /// <summary>Of a single reward around what the context explains.</summary>
    private const double RewardDeviation = 0.4;

    private const double ConstantDeviation = 0.2;
    private const double WeightDeviation = 0.1;

    /// <summary>What is left of an observation after each further trial: half of it after about 23.</summary>
    private const double Discount = 0.97;

    private readonly Matrix<double> prior;
    private readonly Vector<double> priorWeighted;
    private Matrix<double> precision;
    private Vector<double> weighted;

    /// <param name="believed">The mean of the weights before anything was learned.</param>
    /// <param name="state">What was learned; null at first.</param>
    public Arm(IReadOnlyList<double> believed, ExpertState? state)
    {
        prior = Matrix<double>.Build.DenseDiagonal(Context.Count, Context.Count, i => Math.Pow(i == 0 ? ConstantDeviation : WeightDeviation, -2));
        priorWeighted = prior * Vector<double>.Build.Dense([.. believed]);
        precision = state is null ? prior.Clone() : Matrix<double>.Build.Dense(Context.Count, Context.Count, (i, j) => state.Precision[Place(i, j)]);
        weighted = state is null ? priorWeighted.Clone() : Vector<double>.Build.Dense([.. state.Weighted]);
    }

    /// <summary>Whether what was learned is about the context as it is now.</summary>
    public static bool CanContinue(ExpertState state) =>
        state.Weighted.Count == Context.Count && state.Precision.Count == Context.Count * (Context.Count + 1) / 2;

    /// <summary>Takes in a reward, as much as the expert had a share in it.</summary>
    public void Learn(IReadOnlyList<double> context, double share, double reward)
    {
        var x = Vector<double>.Build.Dense([.. context]);
        var weight = share / (RewardDeviation * RewardDeviation);
        precision = precision * Discount + prior * (1 - Discount) + x.OuterProduct(x) * weight;
        weighted = weighted * Discount + priorWeighted * (1 - Discount) + x * (weight * reward);
    }

    /// <summary>What it earns in a context, if the weights are what they may well be: a draw from the belief (Thompson, 1933).</summary>
    public double Draw(IReadOnlyList<double> context, KeyedRandom random)
    {
        // With P = L Lᵀ, the mean is P⁻¹ w, and L⁻ᵀ z has the covariance P⁻¹.
        var factor = precision.Cholesky();
        var normal = Vector<double>.Build.Dense(Context.Count, _ => random.NextGaussian());
        var weights = factor.Solve(weighted) + factor.Factor.Transpose().Solve(normal);
        return weights * Vector<double>.Build.Dense([.. context]);
    }

    public ExpertState Save(string name, int chosen, double earned) => new()
    {
        Name = name,
        Chosen = chosen,
        Earned = earned,
        Precision = [.. Enumerable.Range(0, Context.Count).SelectMany(i => Enumerable.Range(0, i + 1).Select(j => precision[i, j]))],
        Weighted = [.. weighted],
    };

    private static int Place(int i, int j) => i >= j ? i * (i + 1) / 2 + j : Place(j, i);
}
