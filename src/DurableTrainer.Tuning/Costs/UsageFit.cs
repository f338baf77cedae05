using MathNet.Numerics.LinearAlgebra;

namespace DurableTrainer.Tuning.Costs;

/// <summary>
/// log y = log(a + exp f(z)), with f linear in the numbers of a point and their products in pairs: ridge regression in its dual form, with the
/// kernel zᵀz′ + s (zᵀz′)² (Saunders, Gammerman and Vovk, Ridge Regression Learning Algorithm in Dual Variables, ICML 1998). The part a that
/// every point has, the weight s of products and the penalty are those of the least leave-one-out error.
/// </summary>
internal sealed class UsageFit
{
    /// <summary>Of the constant in the kernel: so much that it is free.</summary>
    private const double ConstantVariance = 100;

    /// <summary>What every point has, as shares of the smallest usage that was seen.</summary>
    private static readonly double[] Shares = [0, 0.4, 0.7, 0.85, 0.95];

    private static readonly double[] ProductWeights = [0, 0.1, 0.3];
    private static readonly double[] Penalties = [1e-4, 1e-3, 1e-2, 0.03, 0.1, 0.3, 1, 3, 10];

    private readonly double[][] rows;
    private readonly double[] importance;
    private readonly double shared;
    private readonly double productWeight;
    private readonly double penalty;
    private readonly double mean;
    private readonly double[] weights;
    private readonly Matrix<double> inverse;
    private readonly double[] dual;

    private UsageFit(Sample sample, Candidate best, Matrix<double> vectors, double[] values)
    {
        (rows, importance) = (sample.Rows, sample.Importance);
        (shared, productWeight, penalty) = (best.Target.Shared, best.ProductWeight, best.Penalty);
        (mean, weights) = (best.Target.Mean, best.Target.Weights);
        inverse = vectors * Matrix<double>.Build.DenseDiagonal(rows.Length, rows.Length, k => 1 / (values[k] + penalty)) * vectors.Transpose();
        dual = [.. inverse * Vector<double>.Build.Dense(best.Target.Weighted)];
        Residuals = best.Residuals;
        Error = best.Error;
    }

    /// <summary>Mean square of the leave-one-out errors of log y.</summary>
    public double Error { get; }

    /// <summary>The leave-one-out errors of log y, seen less predicted, in units of how unsure each prediction was.</summary>
    public IReadOnlyList<double> Residuals { get; }

    /// <param name="rows">The numbers of the points.</param>
    /// <param name="usage">What each took, above 0.</param>
    /// <param name="importance">What each number is multiplied by: below 1, it is expected to matter less.</param>
    public static UsageFit Of(double[][] rows, double[] usage, double[] importance)
    {
        var sample = new Sample([.. rows.Select(row => Scaled(row, importance))], usage, importance);
        var products = new double[rows.Length, rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            for (var j = 0; j <= i; j++)
                products[i, j] = products[j, i] = Product(sample.Rows[i], sample.Rows[j]);
        }

        (Candidate Candidate, Matrix<double> Vectors, double[] Values)? best = null;
        foreach (var target in Shares.Select(share => Target.Of(usage, share * usage.Min())))
        {
            foreach (var productWeight in ProductWeights)
            {
                var decomposed = Matrix<double>.Build.Dense(rows.Length, rows.Length, (i, j) =>
                    target.Weights[i] * target.Weights[j] * Kernel(products[i, j], productWeight)).Evd(Symmetricity.Symmetric);
                var (vectors, values) = (decomposed.EigenVectors, decomposed.EigenValues.Select(value => Math.Max(0, value.Real)).ToArray());
                var rotated = vectors.TransposeThisAndMultiply(Vector<double>.Build.Dense(target.Weighted)).ToArray();
                foreach (var penalty in Penalties)
                {
                    var candidate = Candidate.Of(target, productWeight, penalty, usage, vectors, values, rotated);
                    if (best is null || candidate.Error < best.Value.Candidate.Error)
                        best = (candidate, vectors, values);
                }
            }
        }

        return new UsageFit(sample, best!.Value.Candidate, best.Value.Vectors, best.Value.Values);
    }

    /// <summary>The logarithm of what a point takes.</summary>
    public double Predict(double[] row) => Math.Log(shared + Math.Exp(Linear(KernelsOf(Scaled(row, importance)))));

    /// <summary>
    /// The same, and how unsure the prediction is in units of the noise: the root of 1 and the posterior variance of f, as far as it gets through
    /// to log y (Rasmussen and Williams, 2006, eq. 2.26).
    /// </summary>
    public double Predict(double[] row, out double scale)
    {
        var scaled = Scaled(row, importance);
        var kernels = KernelsOf(scaled);
        var usage = shared + Math.Exp(Linear(kernels));
        var explained = Vector<double>.Build.Dense(kernels);
        var variance = Math.Max(0, Kernel(Product(scaled, scaled), productWeight) - explained * (inverse * explained)) / penalty;
        var passed = (usage - shared) / usage;
        scale = Math.Sqrt(1 + passed * passed * variance);
        return Math.Log(usage);
    }

    /// <summary>How much each number changes f where the others are in the middle.</summary>
    public double[] Slopes()
    {
        var slopes = new double[importance.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            for (var j = 0; j < slopes.Length; j++)
                slopes[j] += dual[i] * weights[i] * rows[i][j] * importance[j];
        }

        return slopes;
    }

    private double[] KernelsOf(double[] scaled)
    {
        var kernels = new double[rows.Length];
        for (var i = 0; i < kernels.Length; i++)
            kernels[i] = weights[i] * Kernel(Product(rows[i], scaled), productWeight);
        return kernels;
    }

    private double Linear(double[] kernels) => mean + Product(kernels, dual);

    private static double Kernel(double product, double productWeight) => ConstantVariance + product + productWeight * product * product;

    private static double Product(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    private static double[] Scaled(double[] row, double[] importance)
    {
        var scaled = new double[row.Length];
        for (var i = 0; i < row.Length; i++)
            scaled[i] = row[i] * importance[i];
        return scaled;
    }

    private sealed record Sample(double[][] Rows, double[] Usage, double[] Importance);

    /// <summary>
    /// log(y − a): where a is most of y, noise that is the same share of every y is much of it, and so it counts less.
    /// </summary>
    private sealed record Target(double Shared, double[] Logs, double[] Weights, double Mean, double[] Weighted)
    {
        public static Target Of(double[] usage, double shared)
        {
            double[] weights = [.. usage.Select(value => (value - shared) / value)];
            double[] logs = [.. usage.Select(value => Math.Log(value - shared))];
            var mean = logs.Zip(weights, (log, weight) => log * weight * weight).Sum() / weights.Sum(weight => weight * weight);
            return new Target(shared, logs, weights, mean, [.. logs.Zip(weights, (log, weight) => weight * (log - mean))]);
        }
    }

    /// <summary>Settings with what they come to, by the closed form of leave-one-out errors (Allen's PRESS, 1974).</summary>
    private sealed record Candidate(Target Target, double ProductWeight, double Penalty, double Error, double[] Residuals)
    {
        public static Candidate Of(
            Target target, double productWeight, double penalty, double[] usage, Matrix<double> vectors, double[] values, double[] rotated)
        {
            var (sum, residuals) = (0.0, new double[usage.Length]);
            for (var i = 0; i < residuals.Length; i++)
            {
                var (inverse, dual) = (0.0, 0.0);
                for (var k = 0; k < values.Length; k++)
                {
                    inverse += vectors[i, k] * vectors[i, k] / (values[k] + penalty);
                    dual += vectors[i, k] * rotated[k] / (values[k] + penalty);
                }

                var left = target.Logs[i] - dual / inverse / target.Weights[i];
                var error = Math.Log(usage[i]) - Math.Log(target.Shared + Math.Exp(left));
                sum += error * error;
                residuals[i] = error * Math.Sqrt(Math.Min(1, penalty * inverse));
            }

            return new Candidate(target, productWeight, penalty, sum / usage.Length, residuals);
        }
    }
}
