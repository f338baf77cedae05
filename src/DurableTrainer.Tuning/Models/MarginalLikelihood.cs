namespace DurableTrainer.Tuning.Models;

/// <summary>
/// The logarithm of the posterior density of a Gaussian process's hyperparameters (log length scales, then the logarithm of the noise
/// as a share of the amplitude), with its gradient (Rasmussen and Williams, eq. 5.9). Mean and amplitude are at their best.
/// </summary>
internal sealed class MarginalLikelihood
{
    private readonly double[] targets;
    private readonly double[][] squares;
    private readonly int n;
    private readonly HyperparameterPrior prior;

    public MarginalLikelihood(bool[] isChoice, double[][] points, double[] targets)
    {
        this.targets = targets;
        n = points.Length;
        prior = new HyperparameterPrior(isChoice.Length);
        squares = [.. isChoice.Select(_ => new double[n * (n - 1) / 2])];
        for (var d = 0; d < isChoice.Length; d++)
        {
            for (int i = 1, at = 0; i < n; i++)
            {
                for (var j = 0; j < i; j++)
                    squares[d][at++] = Kernel.SquaredDifference(isChoice[d], points[i][d], points[j][d]);
            }
        }
    }

    public int Count => squares.Length + 1;

    public double At(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        var dimensions = squares.Length;
        var noise = Math.Exp(parameters[dimensions]);
        var distances = new double[n * (n - 1) / 2];
        for (var d = 0; d < dimensions; d++)
            System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(squares[d], Math.Exp(-2 * parameters[d]), distances, distances);
        var matrix = new Triangle(n);
        for (int i = 0, at = 0; i < n; i++)
        {
            var row = matrix.Row(i);
            for (var j = 0; j < i; j++, at++)
                (row[j], distances[at]) = Kernel.At(distances[at]);
            row[i] = 1 + noise;
        }

        if (!matrix.Factorize())
            return double.NegativeInfinity;
        var determinant = 0.0;
        for (var i = 0; i < n; i++)
            determinant += Math.Log(matrix.Row(i)[i]);
        var whitening = matrix.Inverse();
        var (_, coefficients, square) = GaussianProcess.Solve(whitening, targets);
        var amplitude = (square + 2) / (n + 2);
        var value = -0.5 * (n + 2) * Math.Log(amplitude) - determinant;

        var inverse = whitening.Square();
        gradient.Clear();
        var trace = 0.0;
        for (int i = 0, at = 0; i < n; i++)
        {
            var row = inverse.Row(i);
            var c = coefficients[i] / amplitude;
            for (var j = 0; j < i; j++, at++)
                distances[at] *= c * coefficients[j] - row[j];
            trace += c * coefficients[i] - row[i];
        }

        for (var d = 0; d < dimensions; d++)
            gradient[d] = Triangle.Dot(distances, squares[d]) * Math.Exp(-2 * parameters[d]);
        gradient[dimensions] = 0.5 * trace * noise;

        for (var d = 0; d < dimensions; d++)
            value += Log(parameters[d], prior.LogLengthMean, prior.LogLengthDeviation, ref gradient[d]);
        value += Log(parameters[dimensions], HyperparameterPrior.NoiseMean, HyperparameterPrior.NoiseDev, ref gradient[dimensions]);
        return value;
    }

    private static double Log(double value, double mean, double deviation, ref double gradient)
    {
        var z = (value - mean) / deviation;
        gradient -= z / deviation;
        return -0.5 * z * z;
    }
}
