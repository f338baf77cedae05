using DurableTrainer.Core.Training;
using TorchSharp;

namespace DurableTrainer.Torch.Optimizers;

/// <summary>
/// Chen et al. 2023, algorithm 2: p ← p(1 − ηλ) − η sign(β₁m + (1 − β₁)g), then m ← β₂m + (1 − β₂)g.
/// </summary>
internal sealed class TorchLion : TorchOptimizer
{
    private readonly LionSpec spec;
    private readonly TorchTensor[] moments;

    public TorchLion(LionSpec spec, TorchProcessor processor, IReadOnlyList<Learned> parameters)
        : base(processor, parameters)
    {
        this.spec = spec;
        moments = Zeros("momentum");
    }

    protected override void Move(int index, torch.Tensor parameter, torch.Tensor gradient, bool decays, long step, double rate)
    {
        using Scalar beta1 = spec.Beta1, oneMinusBeta1 = 1 - spec.Beta1, beta2 = spec.Beta2, oneMinusBeta2 = 1 - spec.Beta2;
        using Scalar keep = 1 - rate * spec.WeightDecay, back = -rate;
        var moment = moments[index].Tensor;
        var direction = moment.mul(beta1).add_(gradient, oneMinusBeta1).sign();
        moment.mul_(beta2).add_(gradient, oneMinusBeta2);
        if (decays)
            parameter.mul_(keep);
        parameter.add_(direction, back);
    }
}
