using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Tests.Reference;

internal sealed class PointwiseTwin(Func<double, double> value, Func<double, double> slope) : Twin
{
    public static PointwiseTwin Of(Activation function) => function switch
    {
        Activation.Relu => new(x => Math.Max(x, 0), x => x > 0 ? 1 : 0),
        Activation.Gelu => new(x => x * Normal(x), x => Normal(x) + x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI)),
        Activation.Silu => new(x => x * Sigmoid(x), x => Sigmoid(x) * (1 + x * (1 - Sigmoid(x)))),
        Activation.Tanh => new(Math.Tanh, x => 1 - Math.Tanh(x) * Math.Tanh(x)),
        _ => new(Sigmoid, x => Sigmoid(x) * (1 - Sigmoid(x))),
    };

    public override double[] Forward(double[] x, int count, double[][] parameters) => [.. x.Select(value)];

    public override (double[] Inputs, double[][] Parameters) Backward(double[] x, int count, double[][] parameters, double[] dy) =>
        ([.. x.Select((v, i) => slope(v) * dy[i])], []);

    /// <summary>2/√π e^(−x²) Σ 2ⁿ x²ⁿ⁺¹ / (2n+1)!!, whose terms all have one sign (Abramowitz and Stegun 7.1.6).</summary>
    public static double ErrorFunction(double x)
    {
        if (Math.Abs(x) > 6)
            return Math.Sign(x);
        double term = x, sum = x;
        for (var n = 1; Math.Abs(term) > 1e-18 * Math.Abs(sum); n++)
            sum += term *= 2 * x * x / (2 * n + 1);
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    private static double Normal(double x) => (1 + ErrorFunction(x / Math.Sqrt(2))) / 2;

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
