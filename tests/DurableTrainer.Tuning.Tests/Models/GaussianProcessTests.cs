using DurableTrainer.Core.Randomness;
using DurableTrainer.Tuning.Models;
using MathNet.Numerics.LinearAlgebra;

namespace DurableTrainer.Tuning.Tests.Models;

public class GaussianProcessTests
{
    private const int Dimensions = 3;
    private static readonly bool[] IsChoice = Differences.LastIsChoice(Dimensions);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_gradient_of_the_likelihood_agrees_with_differences(int seed)
    {
        var rows = Differences.Rows(14, Dimensions, seed);
        var likelihood = new MarginalLikelihood(IsChoice, rows, Targets(rows));
        var parameters = Differences.Parameters(Dimensions, seed);
        var gradient = new double[parameters.Length];

        likelihood.At(parameters, gradient);

        Differences.AssertNear(Differences.Of(at => likelihood.At(at, new double[at.Length]), parameters), gradient);
    }

    [Fact]
    public void Predictions_agree_with_dense_algebra()
    {
        var (rows, parameters, process) = Example(15, 3);
        var targets = Vector<double>.Build.Dense(Targets(rows));
        var (kernel, noise) = (new Kernel(IsChoice, rows, parameters), KernelParameters.NoiseOf(parameters));
        var inverse = Matrix<double>.Build.Dense(rows.Length, rows.Length, (i, j) => Correlations(kernel, rows[i])[j] + (i == j ? noise : 0)).Inverse();
        var ones = Vector<double>.Build.Dense(rows.Length, 1);
        var mean = ones * inverse * targets / (ones * inverse * ones);
        var amplitude = ((targets - mean) * inverse * (targets - mean) + 2) / (rows.Length + 2);
        var at = Differences.Rows(1, Dimensions, 4)[0];
        var correlations = Vector<double>.Build.Dense(Correlations(kernel, at));

        var predicted = process.Predict(at);

        Assert.Equal(mean + correlations * inverse * (targets - mean), predicted.Mean, 1e-8);
        Assert.Equal(Math.Sqrt(amplitude * (1 - correlations * inverse * correlations)), predicted.Deviation, 1e-8);
        Assert.Equal(Math.Sqrt(amplitude * noise), process.NoiseDeviation, 1e-10);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(21)]
    public void Many_points_are_predicted_as_each_by_itself(int count)
    {
        var (_, _, process) = Example(15, 9);
        var points = Differences.Rows(count, Dimensions, 10);

        var predicted = process.Predict(points);

        Assert.Equal(count, predicted.Length);
        for (var i = 0; i < count; i++)
        {
            Assert.Equal(process.Predict(points[i]).Mean, predicted[i].Mean, 1e-12);
            Assert.Equal(process.Predict(points[i]).Deviation, predicted[i].Deviation, 1e-12);
        }
    }

    [Fact]
    public void Slopes_of_predictions_agree_with_differences()
    {
        var (_, _, process) = Example(15, 5);
        var at = Differences.Rows(1, Dimensions, 6)[0];
        double[] meanSlopes = new double[Dimensions], deviationSlopes = new double[Dimensions];

        var predicted = process.Predict(at, meanSlopes, deviationSlopes);

        Assert.Equal(process.Predict(at).Mean, predicted.Mean, 1e-12);
        Assert.Equal(process.Predict(at).Deviation, predicted.Deviation, 1e-12);
        Differences.AssertNear(Differences.Of(point => process.Predict(point).Mean, at)[..^1], meanSlopes[..^1]);
        Differences.AssertNear(Differences.Of(point => process.Predict(point).Deviation, at)[..^1], deviationSlopes[..^1]);
    }

    [Fact]
    public void The_held_out_density_is_that_of_a_process_that_never_saw_the_point()
    {
        var (rows, parameters, process) = Example(10, 7);
        var (targets, kernel, noise) = (Targets(rows), new Kernel(IsChoice, rows, parameters), KernelParameters.NoiseOf(parameters));
        // Mean and amplitude are those of all points; only the point itself is left out.
        var matrix = Matrix<double>.Build.Dense(rows.Length, rows.Length, (i, j) => Correlations(kernel, rows[i])[j] + (i == j ? noise : 0));
        var (ones, all) = (Vector<double>.Build.Dense(rows.Length, 1), Vector<double>.Build.Dense(targets));
        var mean = ones * matrix.Inverse() * all / (ones * matrix.Inverse() * ones);
        var amplitude = ((all - mean) * matrix.Inverse() * (all - mean) + 2) / (rows.Length + 2);
        var sum = 0.0;
        for (var left = 0; left < rows.Length; left++)
        {
            int[] others = [.. Enumerable.Range(0, rows.Length).Where(i => i != left)];
            var inverse = Matrix<double>.Build.Dense(others.Length, others.Length, (i, j) => matrix[others[i], others[j]]).Inverse();
            var toOthers = Vector<double>.Build.Dense(others.Length, i => matrix[left, others[i]]);
            var error = targets[left] - mean - toOthers * inverse * (Vector<double>.Build.Dense(others.Length, i => targets[others[i]]) - mean);
            var variance = amplitude * (1 + noise - toOthers * inverse * toOthers);
            sum += -0.5 * (error * error / variance + Math.Log(2 * Math.PI * variance));
        }

        Assert.Equal(sum / rows.Length, process.HeldOutLogDensity(), 1e-7);
    }

    [Fact]
    public void A_fit_recovers_a_smooth_function_and_the_noise_around_it()
    {
        var random = new KeyedRandom(8, "fit");
        double[][] rows = [.. Enumerable.Range(0, 60).Select(_ => new[] { random.NextDouble(), random.NextDouble() })];
        double[] targets = [.. rows.Select(row => 2 * Math.Sin(3 * row[0]) + 0.2 * random.NextGaussian())];
        bool[] isChoice = [false, false];

        var process = GaussianProcess.Of(isChoice, rows, targets, ProcessFit.Fit(isChoice, rows, targets))!;

        Assert.InRange(process.NoiseDeviation, 0.1, 0.3);
        Assert.Equal(2 * Math.Sin(1.5), process.Predict([0.5, 0.5]).Mean, 0.2);
    }

    [Fact]
    public void A_fit_that_climbs_on_is_no_worse_than_where_it_starts()
    {
        var random = new KeyedRandom(9, "fit");
        double[][] rows = [.. Enumerable.Range(0, 40).Select(_ => new[] { random.NextDouble(), random.NextDouble() })];
        double[] targets = [.. rows.Select(row => Math.Sin(5 * row[0]) + row[1] * row[1])];
        bool[] isChoice = [false, false];
        var likelihood = new MarginalLikelihood(isChoice, rows, targets);
        var known = ProcessFit.Fit(isChoice, rows[..30], targets[..30]);
        double[] before = [.. known];

        var parameters = ProcessFit.Fit(isChoice, rows, targets, known);

        Assert.Equal(before, known);
        Assert.True(likelihood.At(parameters, []) > likelihood.At(known, []));
        Assert.All(ProcessFit.Fit(isChoice, rows, targets, [1e9, -1e9, 1e9, -1e9, 1e9, -1e9]), parameter => Assert.InRange(Math.Abs(parameter), 0, 50));
    }

    [Fact]
    public void The_same_point_many_times_gives_finite_predictions_everywhere()
    {
        double[][] rows = [.. Enumerable.Repeat(new[] { 0.3, 0.3, 0.5 }, 20)];
        foreach (var targets in new[] { new double[20], [.. Enumerable.Range(0, 20).Select(i => (double)i)] })
        {
            var process = GaussianProcess.Of(IsChoice, rows, targets, ProcessFit.Fit(IsChoice, rows, targets))!;
            double[] meanSlopes = new double[Dimensions], deviationSlopes = new double[Dimensions];

            foreach (var at in new double[][] { rows[0], [0.9, 0.1, -1] })
            {
                var (mean, deviation) = process.Predict(at, meanSlopes, deviationSlopes);
                Assert.All([mean, deviation, process.HeldOutLogDensity(), .. meanSlopes, .. deviationSlopes], value => Assert.True(double.IsFinite(value)));
                Assert.True(deviation > 0);
            }
        }
    }

    private static (double[][] Rows, double[] Parameters, GaussianProcess Process) Example(int count, long seed)
    {
        var (rows, parameters) = (Differences.Rows(count, Dimensions, seed), Differences.Parameters(Dimensions, seed));
        return (rows, parameters, GaussianProcess.Of(IsChoice, rows, Targets(rows), parameters)!);
    }

    private static double[] Targets(double[][] rows) => [.. rows.Select(row => Math.Sin(5 * row[0]) + row[1] * row[2])];

    private static double[] Correlations(Kernel kernel, double[] point)
    {
        var correlations = new double[kernel.Count];
        kernel.Compare(point, correlations);
        return correlations;
    }
}
