using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu.Kernels;

namespace DurableTrainer.Training.Optimizers;

/// <summary>
/// Sutskever et al. 2013, in PyTorch's form: g ← g + λp, v ← μv + g, p ← p − η(g + μv) with Nesterov, p ← p − ηv without, and
/// p ← p − ηg without momentum.
/// </summary>
internal sealed class Sgd : Optimizer
{
    private readonly SgdSpec spec;
    private readonly TensorBuffer[]? velocities;
    private float rate;

    public Sgd(SgdSpec spec, ParameterParts parts)
        : base(parts)
    {
        this.spec = spec;
        velocities = spec.Momentum == 0 ? null : Zeros("momentum");
    }

    protected override void Prepare(long step, double learningRate) => rate = (float)learningRate;

    protected override void Move(int parameter, int start, int end)
    {
        var tensor = Parameters[parameter];
        var decay = tensor.Declaration.Decay ? (float)spec.WeightDecay : 0;
        if (velocities is null)
        {
            OptimizerSteps.Sgd(tensor.Buffer, tensor.GradientBuffer, start, end, rate, decay);
            return;
        }

        OptimizerSteps.Momentum(
            tensor.Buffer, tensor.GradientBuffer, velocities[parameter], start, end, rate, decay, (float)spec.Momentum, spec.Nesterov);
    }
}
