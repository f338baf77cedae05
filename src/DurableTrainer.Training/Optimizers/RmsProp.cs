using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu.Kernels;

namespace DurableTrainer.Training.Optimizers;

/// <summary>
/// In PyTorch's form: g ← g + λp, v ← αv + (1 − α)g², a ← αa + (1 − α)g, s ← g/(√(v − a²) + ε) when centered and g/(√v + ε) otherwise,
/// b ← μb + s, p ← p − ηb. A variance v − a² below zero counts as zero.
/// </summary>
internal sealed class RmsProp : Optimizer
{
    private readonly RmsPropSpec spec;
    private readonly TensorBuffer[] squares;
    private readonly TensorBuffer[]? means, velocities;
    private RmsPropCoefficients plain, decaying;

    public RmsProp(RmsPropSpec spec, ParameterParts parts)
        : base(parts)
    {
        this.spec = spec;
        squares = Zeros("meanSquare");
        means = spec.Centered ? Zeros("mean") : null;
        velocities = spec.Momentum == 0 ? null : Zeros("momentum");
    }

    protected override void Prepare(long step, double learningRate)
    {
        plain = new RmsPropCoefficients(
            Rate: (float)learningRate,
            Alpha: (float)spec.Alpha,
            OneMinusAlpha: (float)(1 - spec.Alpha),
            Epsilon: (float)spec.Epsilon,
            Momentum: (float)spec.Momentum,
            Decay: 0);
        decaying = plain with { Decay = (float)spec.WeightDecay };
    }

    protected override void Move(int parameter, int start, int end)
    {
        var tensor = Parameters[parameter];
        OptimizerSteps.RmsProp(
            tensor.Buffer, tensor.GradientBuffer, squares[parameter], means?[parameter], velocities?[parameter], start, end,
            tensor.Declaration.Decay ? decaying : plain);
    }
}
