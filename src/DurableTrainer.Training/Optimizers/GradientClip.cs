using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Cpu.Kernels;

namespace DurableTrainer.Training.Optimizers;

/// <summary>
/// Pascanu et al. 2013, algorithm 1, in PyTorch's form: all gradients together are multiplied by bound / (norm + 10⁻⁶) where that is
/// below 1. The norm is summed up in 64 bits part by part, so it does not depend on the number of threads.
/// </summary>
internal sealed class GradientClip
{
    private const double Epsilon = 1e-6;

    private readonly ParameterParts parts;
    private readonly double bound;
    private readonly double[] sums;
    private readonly Action<int, int> measure, scale;
    private float factor;

    /// <param name="bound">The largest norm that stays as it is.</param>
    /// <param name="tensors">Has the gradients.</param>
    /// <param name="team">Shares out the work where there is enough; null for the calling thread alone.</param>
    public GradientClip(double bound, ModelTensors tensors, ThreadTeam? team = null)
    {
        this.bound = bound;
        parts = new ParameterParts(tensors.Parameters, team);
        sums = new double[parts.Count];
        measure = (number, _) => sums[number] = Gradients.SumOfSquares(Gradient(number), parts[number].Start, parts[number].End);
        scale = (number, _) => Gradients.Scale(Gradient(number), parts[number].Start, parts[number].End, factor);
    }

    /// <returns>The norm that the gradients had. When it is not a finite number they stay as they are.</returns>
    public double Apply()
    {
        parts.ForEach(measure);
        var sum = 0.0;
        foreach (var part in sums)
            sum += part;
        var norm = Math.Sqrt(sum);
        factor = (float)(bound / (norm + Epsilon));
        if (double.IsFinite(norm) && factor < 1)
            parts.ForEach(scale);
        return norm;
    }

    private TensorBuffer Gradient(int part) => parts.Parameters[parts[part].Parameter].GradientBuffer;
}
