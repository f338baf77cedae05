using DurableTrainer.Core.Training;
using TorchSharp;

namespace DurableTrainer.Torch.Optimizers;

/// <summary>
/// In PyTorch's form: g ← g + λp, v ← αv + (1 − α)g², a ← αa + (1 − α)g, s ← g/(√(v − a²) + ε) when centered and g/(√v + ε) otherwise,
/// b ← μb + s, p ← p − ηb. A variance v − a² below zero counts as zero.
/// </summary>
internal sealed class TorchRmsProp : TorchOptimizer
{
    private readonly RmsPropSpec spec;
    private readonly TorchTensor[] squares;
    private readonly TorchTensor[]? means, velocities;

    public TorchRmsProp(RmsPropSpec spec, TorchProcessor processor, IReadOnlyList<Learned> parameters)
        : base(processor, parameters)
    {
        this.spec = spec;
        squares = Zeros("meanSquare");
        means = spec.Centered ? Zeros("mean") : null;
        velocities = spec.Momentum == 0 ? null : Zeros("momentum");
    }

    protected override void Move(int index, torch.Tensor parameter, torch.Tensor gradient, bool decays, long step, double rate)
    {
        using Scalar alpha = spec.Alpha, oneMinusAlpha = 1 - spec.Alpha, epsilon = spec.Epsilon, minusOne = -1, zero = 0;
        using Scalar momentum = spec.Momentum, decay = spec.WeightDecay, back = -rate;
        if (decays && spec.WeightDecay > 0)
            gradient = gradient.add(parameter, decay);
        var average = squares[index].Tensor.mul_(alpha).addcmul_(gradient, gradient, oneMinusAlpha);
        if (means is not null)
        {
            var mean = means[index].Tensor.mul_(alpha).add_(gradient, oneMinusAlpha);
            average = average.addcmul(mean, mean, minusOne).clamp_min_(zero);
        }

        var move = gradient.div(average.sqrt().add_(epsilon));
        if (velocities is not null)
            move = velocities[index].Tensor.mul_(momentum).add_(move);
        parameter.add_(move, back);
    }
}
