using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Tests.Reference;

internal sealed class EmbeddingTwin(EmbeddingOperation operation) : Twin
{
    public override double[] Forward(double[] x, int count, double[][] parameters)
    {
        var rows = parameters[0].Chunk(operation.Width).ToArray();
        return [.. x.SelectMany(index => rows[(int)Math.Round(index)])];
    }

    public override (double[] Inputs, double[][] Parameters) Backward(double[] x, int count, double[][] parameters, double[] dy)
    {
        var table = new double[operation.Vocabulary * operation.Width];
        for (var i = 0; i < dy.Length; i++)
            table[(int)x[i / operation.Width] * operation.Width + i % operation.Width] += dy[i];
        return (new double[x.Length], [table]);
    }
}

internal sealed class PositionEmbeddingTwin : Twin
{
    public override double[] Forward(double[] x, int count, double[][] parameters) =>
        [.. x.Select((value, i) => value + parameters[0][i % parameters[0].Length])];

    public override (double[] Inputs, double[][] Parameters) Backward(double[] x, int count, double[][] parameters, double[] dy)
    {
        var table = new double[parameters[0].Length];
        for (var i = 0; i < dy.Length; i++)
            table[i % table.Length] += dy[i];
        return (dy, [table]);
    }
}
