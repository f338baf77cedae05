using DurableTrainer.Core.Training;
using TorchSharp;

namespace DurableTrainer.Torch.Optimizers;

/// <summary>
/// Sutskever et al. 2013, in PyTorch's form: g ← g + λp, v ← μv + g, p ← p − η(g + μv) with Nesterov, p ← p − ηv without, and
/// p ← p − ηg without momentum.
/// </summary>
internal sealed class TorchSgd : TorchOptimizer
{
    private readonly SgdSpec spec;
    private readonly TorchTensor[]? velocities;

    public TorchSgd(SgdSpec spec, TorchProcessor processor, IReadOnlyList<Learned> parameters)
        : base(processor, parameters)
    {
        this.spec = spec;
        velocities = spec.Momentum == 0 ? null : Zeros("momentum");
    }

    protected override void Move(int index, torch.Tensor parameter, torch.Tensor gradient, bool decays, long step, double rate)
    {
        using Scalar momentum = spec.Momentum, decay = spec.WeightDecay, back = -rate;
        if (decays && spec.WeightDecay > 0)
            gradient = gradient.add(parameter, decay);
        if (velocities is not null)
        {
            var velocity = velocities[index].Tensor.mul_(momentum).add_(gradient);
            gradient = spec.Nesterov ? gradient.add(velocity, momentum) : velocity;
        }

        parameter.add_(gradient, back);
    }
}
