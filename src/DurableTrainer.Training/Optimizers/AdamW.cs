using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Cpu.Kernels;

namespace DurableTrainer.Training.Optimizers;

/// <summary>
/// Loshchilov and Hutter 2019, algorithm 2, in PyTorch's form: p ← p(1 − ηλ), m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g²,
/// p ← p − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε).
/// </summary>
internal sealed class AdamW : Optimizer
{
    private readonly AdamWSpec spec;
    private readonly IReadOnlyList<ModelTensor> parameters;
    private readonly TensorBuffer[] firstMoments;
    private readonly TensorBuffer[] secondMoments;

    public AdamW(AdamWSpec spec, IReadOnlyList<ModelTensor> parameters)
    {
        this.spec = spec;
        this.parameters = parameters;
        firstMoments = Zeros("firstMoment", parameters);
        secondMoments = Zeros("secondMoment", parameters);
    }

    public override void Step(long step)
    {
        var coefficients = new AdamWCoefficients(
            Beta1: (float)spec.Beta1,
            OneMinusBeta1: (float)(1 - spec.Beta1),
            Beta2: (float)spec.Beta2,
            OneMinusBeta2: (float)(1 - spec.Beta2),
            Epsilon: (float)spec.Epsilon,
            StepSize: (float)(spec.LearningRate / (1 - Math.Pow(spec.Beta1, step))),
            RootCorrection: (float)Math.Sqrt(1 - Math.Pow(spec.Beta2, step)),
            Keep: 1);
        var decaying = coefficients with { Keep = (float)(1 - spec.LearningRate * spec.WeightDecay) };
        for (var i = 0; i < parameters.Count; i++)
        {
            var parameter = parameters[i];
            var with = parameter.Declaration.Decay ? decaying : coefficients;
            OptimizerSteps.AdamW(parameter.Buffer, parameter.GradientBuffer, firstMoments[i], secondMoments[i], with);
            parameter.Changed();
        }
    }
}
