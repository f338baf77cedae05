using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Tests.Reference;

/// <summary>An operation in 64 bits, as plainly as its formula reads: what the processor's kernels are held against.</summary>
internal abstract class Twin
{
    /// <summary>Of an operation on samples of a shape.</summary>
    public static Twin Of(Operation operation, Shape input)
    {
        var output = operation.Infer(input).Shape!;
        return operation switch
        {
            LinearOperation linear => new LinearTwin(input[^1], linear.Units, linear.Bias),
            Conv2dOperation conv => new Conv2dTwin(conv, input, output),
            MaxPool2dOperation pool => new PoolTwin(true, (pool.Size, pool.Size), pool.Stride, pool.Padding, input, output),
            AveragePool2dOperation pool => new PoolTwin(false, (pool.Size, pool.Size), pool.Stride, pool.Padding, input, output),
            GlobalAveragePool2dOperation => new PoolTwin(false, (input[1], input[2]), 1, 0, input, output),
            BatchNormOperation norm => new BatchNormTwin(input[0], norm.Epsilon),
            LayerNormOperation norm => NormTwin.OfLayers(norm, input),
            GroupNormOperation norm => NormTwin.OfGroups(norm, input),
            ActivationOperation activation => PointwiseTwin.Of(activation.Function),
            SoftmaxOperation => new SoftmaxTwin(input[^1]),
            FlattenOperation or ReshapeOperation => new PointwiseTwin(x => x, _ => 1),
            EmbeddingOperation embedding => new EmbeddingTwin(embedding),
            PositionEmbeddingOperation => new PositionEmbeddingTwin(),
            AttentionOperation attention => new AttentionTwin(attention, input),
            GruOperation gru => new GruTwin(gru, input),
            _ => throw new NotSupportedException(operation.Name),
        };
    }

    /// <param name="x">Samples one after the other, each row-major.</param>
    /// <param name="count">How many samples.</param>
    /// <param name="parameters">In the order in which the operation declares them.</param>
    public abstract double[] Forward(double[] x, int count, double[][] parameters);

    public abstract (double[] Inputs, double[][] Parameters) Backward(double[] x, int count, double[][] parameters, double[] dy);
}
