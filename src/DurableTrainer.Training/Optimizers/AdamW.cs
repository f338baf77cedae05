using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu.Kernels;

namespace DurableTrainer.Training.Optimizers;

/// <summary>
/// Loshchilov and Hutter 2019, algorithm 2, in PyTorch's form: p ← p(1 − ηλ), m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g²,
/// p ← p − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε).
/// </summary>
internal sealed class AdamW : Optimizer
{
    private readonly AdamWSpec spec;
    private readonly TensorBuffer[] firstMoments, secondMoments;
    private AdamWCoefficients plain, decaying;

    public AdamW(AdamWSpec spec, ParameterParts parts)
        : base(parts)
    {
        this.spec = spec;
        firstMoments = Zeros("firstMoment");
        secondMoments = Zeros("secondMoment");
    }

    protected override void Prepare(long step, double learningRate)
    {
        plain = new AdamWCoefficients(
            Beta1: (float)spec.Beta1,
            OneMinusBeta1: (float)(1 - spec.Beta1),
            Beta2: (float)spec.Beta2,
            OneMinusBeta2: (float)(1 - spec.Beta2),
            Epsilon: (float)spec.Epsilon,
            StepSize: (float)(learningRate / (1 - Math.Pow(spec.Beta1, step))),
            RootCorrection: (float)Math.Sqrt(1 - Math.Pow(spec.Beta2, step)),
            Keep: 1);
        decaying = plain with { Keep = (float)(1 - learningRate * spec.WeightDecay) };
    }

    protected override void Move(int parameter, int start, int end)
    {
        var tensor = Parameters[parameter];
        OptimizerSteps.AdamW(
            tensor.Buffer, tensor.GradientBuffer, firstMoments[parameter], secondMoments[parameter], start, end,
            tensor.Declaration.Decay ? decaying : plain);
    }
}
