using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Tests.Reference;

/// <summary>
/// Normalises runs of neighbouring values by their own mean and variance; parameters are weight and bias, of which each value has one.
/// </summary>
internal sealed class NormTwin(int run, int parameterCount, Func<int, int> parameterOf, double epsilon) : Twin
{
    public static NormTwin OfLayers(LayerNormOperation operation, Shape input) =>
        new(input[^1], input[^1], i => i % input[^1], operation.Epsilon);

    public static NormTwin OfGroups(GroupNormOperation operation, Shape input)
    {
        var places = (int)input.Size / input[0];
        return new((int)input.Size / operation.Groups, input[0], i => i / places % input[0], operation.Epsilon);
    }

    public override double[] Forward(double[] x, int count, double[][] parameters) =>
        [.. Normalize(x, out _).Select((n, i) => n * parameters[0][parameterOf(i)] + parameters[1][parameterOf(i)])];

    public override (double[] Inputs, double[][] Parameters) Backward(double[] x, int count, double[][] parameters, double[] dy)
    {
        var normal = Normalize(x, out var deviations);
        var (dx, dw, db) = (new double[x.Length], new double[parameterCount], new double[parameterCount]);
        for (var i = 0; i < x.Length; i++)
        {
            dw[parameterOf(i)] += dy[i] * normal[i];
            db[parameterOf(i)] += dy[i];
        }

        for (var start = 0; start < x.Length; start += run)
        {
            double Slope(int i) => dy[i] * parameters[0][parameterOf(i)];
            var indices = Enumerable.Range(start, run).ToArray();
            var mean = indices.Average(Slope);
            var product = indices.Average(i => Slope(i) * normal[i]);
            foreach (var i in indices)
                dx[i] = (Slope(i) - mean - normal[i] * product) / deviations[i / run];
        }

        return (dx, [dw, db]);
    }

    private double[] Normalize(double[] x, out double[] deviations)
    {
        var runs = x.Chunk(run).ToArray();
        var means = runs.Select(values => values.Average()).ToArray();
        var roots = deviations = [.. runs.Select((values, r) => Math.Sqrt(values.Average(v => (v - means[r]) * (v - means[r])) + epsilon))];
        return [.. x.Select((value, i) => (value - means[i / run]) / roots[i / run])];
    }
}
