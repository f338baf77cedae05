namespace DurableTrainer.Training.Tests.Reference;

internal sealed class SoftmaxTwin(int columns) : Twin
{
    public static double[] Of(double[] values)
    {
        var sum = values.Sum(Math.Exp);
        return [.. values.Select(value => Math.Exp(value) / sum)];
    }

    /// <summary>From the gradient of softmax values to that of what they were taken of.</summary>
    public static double[] Back(double[] softmax, double[] dy)
    {
        var mean = softmax.Zip(dy, (y, slope) => y * slope).Sum();
        return [.. softmax.Zip(dy, (y, slope) => y * (slope - mean))];
    }

    public override double[] Forward(double[] x, int count, double[][] parameters) => [.. x.Chunk(columns).SelectMany(Of)];

    public override (double[] Inputs, double[][] Parameters) Backward(double[] x, int count, double[][] parameters, double[] dy) =>
        ([.. x.Chunk(columns).Zip(dy.Chunk(columns), (values, slopes) => Back(Of(values), slopes)).SelectMany(values => values)], []);
}
