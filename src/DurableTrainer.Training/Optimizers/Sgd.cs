using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Cpu.Kernels;

namespace DurableTrainer.Training.Optimizers;

/// <summary>
/// Sutskever et al. 2013, in PyTorch's form: g ← g + λp, v ← μv + g, p ← p − η(g + μv) with Nesterov, p ← p − ηv without, and
/// p ← p − ηg without momentum.
/// </summary>
internal sealed class Sgd : Optimizer
{
    private readonly SgdSpec spec;
    private readonly IReadOnlyList<ModelTensor> parameters;
    private readonly TensorBuffer[]? velocities;

    public Sgd(SgdSpec spec, IReadOnlyList<ModelTensor> parameters)
    {
        this.spec = spec;
        this.parameters = parameters;
        velocities = spec.Momentum == 0 ? null : Zeros("momentum", parameters);
    }

    public override void Step(long step)
    {
        var (rate, momentum) = ((float)spec.LearningRate, (float)spec.Momentum);
        for (var i = 0; i < parameters.Count; i++)
        {
            var (value, gradient) = (parameters[i].Buffer, parameters[i].GradientBuffer);
            var decay = parameters[i].Declaration.Decay ? (float)spec.WeightDecay : 0;
            if (velocities is null)
                OptimizerSteps.Sgd(value, gradient, rate, decay);
            else
                OptimizerSteps.Momentum(value, gradient, velocities[i], rate, decay, momentum, spec.Nesterov);
            parameters[i].Changed();
        }
    }
}
