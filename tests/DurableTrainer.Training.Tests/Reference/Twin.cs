namespace DurableTrainer.Training.Tests.Reference;

/// <summary>An operation in 64 bits, as plainly as its formula reads: what the processor's kernels are held against.</summary>
internal abstract class Twin
{
    /// <param name="x">Samples one after the other, each row-major.</param>
    /// <param name="count">How many samples.</param>
    /// <param name="parameters">In the order in which the operation declares them.</param>
    public abstract double[] Forward(double[] x, int count, double[][] parameters);

    public abstract (double[] Inputs, double[][] Parameters) Backward(double[] x, int count, double[][] parameters, double[] dy);
}
