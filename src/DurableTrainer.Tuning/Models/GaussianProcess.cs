namespace DurableTrainer.Tuning.Models;

/// <summary>
/// A Gaussian process after it has seen targets at points (Rasmussen and Williams, 2006, algorithm 2.1). Its mean is the one of generalised
/// least squares, its amplitude the most likely one if two targets more had been seen at the deviation that was expected, 1.
/// </summary>
internal sealed class GaussianProcess
{
    private const double SmallestShare = 1e-12;

    /// <summary>Points that are predicted together: what they are correlated with stays near the processor.</summary>
    private const int Together = 8;

    private readonly Kernel kernel;
    private readonly Triangle whitening;
    private readonly Solution solution;

    private GaussianProcess(Kernel kernel, Triangle whitening, Solution solution, double noise)
    {
        this.kernel = kernel;
        this.whitening = whitening;
        this.solution = solution;
        NoiseDeviation = Math.Sqrt(solution.Amplitude * noise);
    }

    /// <summary>How far a target lies from the function, typically.</summary>
    public double NoiseDeviation { get; }

    /// <param name="isChoice">Which parameters have no order.</param>
    /// <param name="points">Rows of coordinates.</param>
    /// <param name="targets">What was seen there.</param>
    /// <param name="parameters">As in <see cref="KernelParameters"/>.</param>
    /// <returns>Null when the points are too alike for the noise that is assumed.</returns>
    public static GaussianProcess? Of(bool[] isChoice, IReadOnlyList<double[]> points, ReadOnlySpan<double> targets, ReadOnlySpan<double> parameters)
    {
        var kernel = new Kernel(isChoice, points, parameters);
        var matrix = new Triangle(points.Count);
        for (var i = 0; i < points.Count; i++)
        {
            var row = matrix.Row(i);
            kernel.Compare(points[i], row);
            row[i] += KernelParameters.NoiseOf(parameters);
        }

        if (!matrix.Factorize())
            return null;
        var whitening = matrix.Inverse();
        return new GaussianProcess(kernel, whitening, Solution.Of(whitening, targets), KernelParameters.NoiseOf(parameters));
    }

    /// <summary>The mean alone: its time grows with the number of points, not with its square.</summary>
    public double MeanAt(ReadOnlySpan<double> point)
    {
        var correlations = kernel.Count <= Kernel.OnStack ? stackalloc double[kernel.Count] : new double[kernel.Count];
        kernel.Compare(point, correlations);
        return solution.Mean + Vectors.Dot(correlations, solution.Coefficients);
    }

    /// <summary>Mean and standard deviation of the function, without noise, at a point.</summary>
    public (double Mean, double Deviation) Predict(ReadOnlySpan<double> point)
    {
        var count = kernel.Count;
        var space = count <= Kernel.OnStack ? stackalloc double[2 * count] : new double[2 * count];
        Span<double> correlations = space[..count], white = space[count..];
        kernel.Compare(point, correlations);
        whitening.Multiply(correlations, white);
        return Predicted(correlations, white);
    }

    /// <summary>The same of many points, in less time than of one after the other.</summary>
    public (double Mean, double Deviation)[] Predict(IReadOnlyList<double[]> points)
    {
        var count = kernel.Count;
        double[] correlations = new double[Together * count], white = new double[correlations.Length];
        var predictions = new (double, double)[points.Count];
        for (var start = 0; start < points.Count; start += Together)
        {
            var batch = Math.Min(Together, points.Count - start);
            for (var i = 0; i < batch; i++)
                kernel.Compare(points[start + i], correlations.AsSpan(i * count, count));
            whitening.MultiplyEach(correlations.AsSpan(0, batch * count), white);
            for (var i = 0; i < batch; i++)
                predictions[start + i] = Predicted(correlations.AsSpan(i * count, count), white.AsSpan(i * count, count));
        }

        return predictions;
    }

    /// <summary>The same with derivatives by the coordinates; those of parameters without an order are 0.</summary>
    public (double Mean, double Deviation) Predict(ReadOnlySpan<double> point, Span<double> meanSlopes, Span<double> deviationSlopes)
    {
        var count = kernel.Count;
        double[] correlations = new double[count], white = new double[count], pull = new double[count];
        var slopes = new double[point.Length][];
        for (var i = 0; i < slopes.Length; i++)
            slopes[i] = new double[count];
        kernel.Compare(point, correlations, slopes);
        whitening.Multiply(correlations, white);
        whitening.MultiplyTransposed(white, pull);
        var deviation = Math.Sqrt(solution.Amplitude * Math.Max(SmallestShare, 1 - Vectors.Dot(white, white)));
        for (var i = 0; i < slopes.Length; i++)
        {
            meanSlopes[i] = Vectors.Dot(slopes[i], solution.Coefficients);
            deviationSlopes[i] = -solution.Amplitude / deviation * Vectors.Dot(slopes[i], pull);
        }

        return (solution.Mean + Vectors.Dot(correlations, solution.Coefficients), deviation);
    }

    /// <summary>
    /// The mean logarithm of the density that each target had, had the process not seen it (Rasmussen and Williams, eq. 5.10 to 5.12).
    /// </summary>
    public double HeldOutLogDensity()
    {
        var inverse = whitening.Square();
        var sum = 0.0;
        for (var i = 0; i < kernel.Count; i++)
        {
            var precision = inverse.Row(i)[i];
            var variance = solution.Amplitude / precision;
            var error = solution.Coefficients[i] / precision;
            sum += -0.5 * (error * error / variance + Math.Log(2 * Math.PI * variance));
        }

        return sum / kernel.Count;
    }

    private (double Mean, double Deviation) Predicted(ReadOnlySpan<double> correlations, ReadOnlySpan<double> white)
    {
        var left = Math.Max(SmallestShare, 1 - Vectors.Dot(white, white));
        return (solution.Mean + Vectors.Dot(correlations, solution.Coefficients), Math.Sqrt(solution.Amplitude * left));
    }
}
