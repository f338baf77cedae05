namespace DurableTrainer.Tuning.Models;

/// <summary>
/// The logarithm of the posterior density of kernel parameters, but for a constant, with its gradient (Rasmussen and Williams, 2006,
/// eq. 5.8 and 5.9). Mean and amplitude are at their best for each of them.
/// </summary>
internal sealed class MarginalLikelihood
{
    /// <summary>Pairs of points that are worked on together.</summary>
    private const int Tile = 1024;

    private readonly double[] targets;
    private readonly double[][] distances;
    private readonly double[][] squares;
    private readonly double[][] ownSlopes;
    private readonly double[] joint;
    private readonly double[] jointSlopes;
    private readonly double[] additive;
    private readonly double[] pull;

    public MarginalLikelihood(bool[] isChoice, IReadOnlyList<double[]> points, double[] targets)
    {
        this.targets = targets;
        var pairs = points.Count * (points.Count - 1) / 2;
        distances = [.. isChoice.Select((choice, dimension) => Distances(choice, points, dimension))];
        squares = [.. distances.Select(along => Array.ConvertAll(along, distance => distance * distance))];
        ownSlopes = [.. isChoice.Select(_ => new double[pairs])];
        (joint, jointSlopes, additive, pull) = (new double[pairs], new double[pairs], new double[pairs], new double[pairs]);
    }

    private int Count => targets.Length;

    /// <param name="parameters">As in <see cref="KernelParameters"/>.</param>
    /// <param name="gradient">Gets the derivatives by them; empty when they are not wanted.</param>
    /// <returns>Negative infinity where the correlations cannot be factored.</returns>
    public double At(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        Correlate(parameters);
        var matrix = Correlations(KernelParameters.ShareOf(parameters), KernelParameters.NoiseOf(parameters));
        if (!matrix.Factorize())
            return double.NegativeInfinity;

        var determinant = 0.0;
        for (var i = 0; i < Count; i++)
            determinant += Math.Log(matrix.Row(i)[i]);
        var whitening = matrix.Inverse();
        var solution = Solution.Of(whitening, targets);
        var likelihood = -0.5 * (Count + Solution.ImaginedTargets) * Math.Log(solution.Amplitude) - determinant;
        if (gradient.IsEmpty)
            return likelihood + KernelParameters.LogPrior(parameters, stackalloc double[parameters.Length]);
        Differentiate(parameters, whitening.Square(), solution, gradient);
        return likelihood + KernelParameters.LogPrior(parameters, gradient);
    }

    private void Correlate(ReadOnlySpan<double> parameters)
    {
        joint.AsSpan().Clear();
        additive.AsSpan().Clear();
        // Tile by tile, so that the sums stay near the processor while one parameter after the other is added to them.
        for (var start = 0; start < joint.Length; start += Tile)
        {
            var length = Math.Min(Tile, joint.Length - start);
            for (var i = 0; i < squares.Length; i++)
            {
                Vectors.AddScaled(joint.AsSpan(start, length), squares[i].AsSpan(start, length), KernelParameters.JointWeight(parameters, i));
                Matern.Add(
                    distances[i].AsSpan(start, length), KernelParameters.OwnWeight(parameters, i), 1.0 / squares.Length,
                    additive.AsSpan(start, length), ownSlopes[i].AsSpan(start, length));
            }
        }

        Matern.Apply(joint, jointSlopes);
    }

    private Triangle Correlations(double share, double noise)
    {
        var matrix = new Triangle(Count);
        for (int i = 0, pair = 0; i < Count; pair += i, i++)
        {
            var row = matrix.Row(i);
            Vectors.AddScaled(row[..i], joint.AsSpan(pair, i), 1 - share);
            Vectors.AddScaled(row[..i], additive.AsSpan(pair, i), share);
            row[i] = 1 + noise;
        }

        return matrix;
    }

    private void Differentiate(ReadOnlySpan<double> parameters, Triangle inverse, Solution solution, Span<double> gradient)
    {
        var (share, noise) = (KernelParameters.ShareOf(parameters), KernelParameters.NoiseOf(parameters));
        // The derivative by each correlation; every pair stands for two of them, which undoes the half of eq. 5.9.
        var trace = 0.0;
        for (int i = 0, pair = 0; i < Count; pair += i, i++)
        {
            var row = inverse.Row(i);
            var scaled = solution.Coefficients[i] / solution.Amplitude;
            for (var j = 0; j < i; j++)
                pull[pair + j] = scaled * solution.Coefficients[j] - row[j];
            trace += scaled * solution.Coefficients[i] - row[i];
        }

        var dimensions = squares.Length;
        Vectors.Multiply(jointSlopes, pull);
        for (var i = 0; i < dimensions; i++)
        {
            gradient[i] = (1 - share) * KernelParameters.JointWeight(parameters, i) * Vectors.Dot(jointSlopes, squares[i]);
            gradient[dimensions + i] = share / dimensions * KernelParameters.OwnWeight(parameters, i) * Vectors.Dot(ownSlopes[i], squares[i], pull);
        }

        gradient[^2] = share * (1 - share) * (Vectors.Dot(pull, additive) - Vectors.Dot(pull, joint));
        gradient[^1] = 0.5 * noise * trace;
    }

    private static double[] Distances(bool isChoice, IReadOnlyList<double[]> points, int dimension)
    {
        var distances = new double[points.Count * (points.Count - 1) / 2];
        for (int i = 0, pair = 0; i < points.Count; i++)
        {
            for (var j = 0; j < i; j++)
                distances[pair++] = Math.Sqrt(Kernel.SquaredDifference(isChoice, points[i][dimension], points[j][dimension]));
        }

        return distances;
    }
}
