using DurableTrainer.Core.Training;
using TorchSharp;

namespace DurableTrainer.Torch.Optimizers;

/// <summary>
/// Loshchilov and Hutter 2019, algorithm 2, in PyTorch's form: p ← p(1 − ηλ), m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g²,
/// p ← p − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε).
/// </summary>
internal sealed class TorchAdamW : TorchOptimizer
{
    private readonly AdamWSpec spec;
    private readonly TorchTensor[] firstMoments, secondMoments;

    public TorchAdamW(AdamWSpec spec, TorchProcessor processor, IReadOnlyList<Learned> parameters)
        : base(processor, parameters)
    {
        this.spec = spec;
        firstMoments = Zeros("firstMoment");
        secondMoments = Zeros("secondMoment");
    }

    protected override void Move(int index, torch.Tensor parameter, torch.Tensor gradient, bool decays, long step, double rate)
    {
        using Scalar beta1 = spec.Beta1, oneMinusBeta1 = 1 - spec.Beta1, beta2 = spec.Beta2, oneMinusBeta2 = 1 - spec.Beta2;
        using Scalar epsilon = spec.Epsilon, rootCorrection = Math.Sqrt(1 - Math.Pow(spec.Beta2, step));
        using Scalar keep = 1 - rate * spec.WeightDecay, back = -rate / (1 - Math.Pow(spec.Beta1, step));
        var mean = firstMoments[index].Tensor.mul_(beta1).add_(gradient, oneMinusBeta1);
        var square = secondMoments[index].Tensor.mul_(beta2).addcmul_(gradient, gradient, oneMinusBeta2);
        if (decays)
            parameter.mul_(keep);
        parameter.addcdiv_(mean, square.sqrt().div_(rootCorrection).add_(epsilon), back);
    }
}
