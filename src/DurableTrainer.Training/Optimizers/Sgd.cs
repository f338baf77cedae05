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
        for (var i = 0; i < parameters.Count; i++)
        {
            var parameter = parameters[i];
            var decay = parameter.Declaration.Decay ? spec.WeightDecay : 0;
            if (velocities is null)
            {
                OptimizerSteps.Sgd(parameter.Buffer, parameter.GradientBuffer, (float)spec.LearningRate, (float)decay);
            }
            else
            {
                OptimizerSteps.Momentum(
                    parameter.Buffer, parameter.GradientBuffer, velocities[i], (float)spec.LearningRate, (float)decay, (float)spec.Momentum, spec.Nesterov);
            }

            parameter.Changed();
        }
    }
}
