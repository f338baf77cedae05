namespace DurableTrainer.Tuning.Models;

/// <summary>A Gaussian process with Matérn's kernel, conditioned on what has been seen.</summary>
internal sealed class GaussianProcess
{
    private readonly double[][] points;
    private readonly Triangle whitening;
    private readonly double[] coefficients;

    private GaussianProcess(double[][] points, Kernel kernel, Triangle whitening, double[] coefficients, double mean, double amplitude, double noise)
    {
        this.points = points;
        Kernel = kernel;
        this.whitening = whitening;
        this.coefficients = coefficients;
        Mean = mean;
        Amplitude = amplitude;
        Noise = noise;
    }

    public Kernel Kernel { get; }
    public double Mean { get; }
    /// <summary>Variance of the function around its mean.</summary>
    public double Amplitude { get; }
    /// <summary>Variance of what is seen around the function.</summary>
    public double Noise { get; }

    public double[][] Points => points;

    public static GaussianProcess? Condition(bool[] isChoice, double[][] points, ReadOnlySpan<double> targets, ReadOnlySpan<double> parameters)
    {
        var n = points.Length;
        var kernel = new Kernel(isChoice, parameters[..isChoice.Length]);
        var noise = Math.Exp(parameters[isChoice.Length]);
        var matrix = new Triangle(n);
        for (var i = 0; i < n; i++)
        {
            var row = matrix.Row(i);
            for (var j = 0; j < i; j++)
                row[j] = Kernel.At(kernel.SquaredDistance(points[i], points[j])).Value;
            row[i] = 1 + noise;
        }

        if (!matrix.Factorize())
            return null;
        var whitening = matrix.Inverse();
        var (mean, coefficients, square) = Solve(whitening, targets);
        var amplitude = (square + 2) / (n + 2);
        return new GaussianProcess(points, kernel, whitening, coefficients, mean, amplitude, amplitude * noise);
    }

    /// <summary>The mean by generalised least squares, the coefficients of the posterior mean, and the squared residual.</summary>
    public static (double Mean, double[] Coefficients, double Square) Solve(Triangle whitening, ReadOnlySpan<double> targets)
    {
        var n = whitening.Size;
        double[] ones = new double[n], whiteOnes = new double[n], white = new double[n];
        Array.Fill(ones, 1);
        whitening.Multiply(ones, whiteOnes);
        whitening.Multiply(targets, white);
        var mean = Triangle.Dot(whiteOnes, white) / Triangle.Dot(whiteOnes, whiteOnes);
        for (var i = 0; i < n; i++)
            white[i] -= mean * whiteOnes[i];
        var coefficients = new double[n];
        whitening.MultiplyTransposed(white, coefficients);
        return (mean, coefficients, Triangle.Dot(white, white));
    }

    public (double Mean, double Deviation) Predict(ReadOnlySpan<double> point)
    {
        var n = points.Length;
        Span<double> k = n <= 512 ? stackalloc double[n] : new double[n];
        Span<double> v = n <= 512 ? stackalloc double[n] : new double[n];
        for (var a = 0; a < n; a++)
            k[a] = Kernel.At(Kernel.SquaredDistance(point, points[a])).Value;
        whitening.Multiply(k, v);
        var variance = Math.Max(1e-12, 1 - Triangle.Dot(v, v));
        return (Mean + Triangle.Dot(k, coefficients), Math.Sqrt(Amplitude * variance));
    }

    /// <summary>The prediction with its derivatives by the coordinates; those of parameters without an order are 0.</summary>
    public (double Mean, double Deviation) Predict(ReadOnlySpan<double> point, Span<double> meanSlope, Span<double> deviationSlope)
    {
        var n = points.Length;
        double[] k = new double[n], slope = new double[n], v = new double[n], w = new double[n];
        for (var a = 0; a < n; a++)
            (k[a], slope[a]) = Kernel.At(Kernel.SquaredDistance(point, points[a]));
        whitening.Multiply(k, v);
        whitening.MultiplyTransposed(v, w);
        var variance = Math.Max(1e-12, 1 - Triangle.Dot(v, v));
        var deviation = Math.Sqrt(Amplitude * variance);
        for (var i = 0; i < point.Length; i++)
        {
            double mean = 0, square = 0;
            for (var a = 0; a < n; a++)
            {
                var d = slope[a] * (point[i] - points[a][i]);
                mean -= coefficients[a] * d;
                square += w[a] * d;
            }

            meanSlope[i] = mean * Kernel.Weights[i];
            deviationSlope[i] = Amplitude * square * Kernel.Weights[i] / deviation;
        }

        return (Mean + Triangle.Dot(k, coefficients), deviation);
    }
}
