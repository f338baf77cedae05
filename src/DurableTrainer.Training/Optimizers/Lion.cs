using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu.Kernels;

namespace DurableTrainer.Training.Optimizers;

/// <summary>
/// Chen et al. 2023, algorithm 2: p ← p(1 − ηλ) − η sign(β₁m + (1 − β₁)g), then m ← β₂m + (1 − β₂)g.
/// </summary>
internal sealed class Lion : Optimizer
{
    private readonly LionSpec spec;
    private readonly TensorBuffer[] moments;
    private LionCoefficients plain, decaying;

    public Lion(LionSpec spec, ParameterParts parts)
        : base(parts)
    {
        this.spec = spec;
        moments = Zeros("momentum");
    }

    protected override void Prepare(long step, double learningRate)
    {
        plain = new LionCoefficients(
            Rate: (float)learningRate,
            Beta1: (float)spec.Beta1,
            OneMinusBeta1: (float)(1 - spec.Beta1),
            Beta2: (float)spec.Beta2,
            OneMinusBeta2: (float)(1 - spec.Beta2),
            Keep: 1);
        decaying = plain with { Keep = (float)(1 - learningRate * spec.WeightDecay) };
    }

    protected override void Move(int parameter, int start, int end)
    {
        var tensor = Parameters[parameter];
        OptimizerSteps.Lion(
            tensor.Buffer, tensor.GradientBuffer, moments[parameter], start, end, tensor.Declaration.Decay ? decaying : plain);
    }
}
