using System.Diagnostics;
using DurableTrainer.Core.Training;
using TorchSharp;

namespace DurableTrainer.Torch.Optimizers;

/// <param name="Tensor">A parameter.</param>
/// <param name="Decays">Whether weight decay applies to it.</param>
internal sealed record Learned(TorchTensor Tensor, bool Decays);

/// <summary>
/// Moves parameters against their gradients, by the formulas of the CPU processor's optimizers and with the same state, so that each goes
/// on where the other stopped.
/// </summary>
internal abstract class TorchOptimizer(TorchProcessor processor, IReadOnlyList<Learned> parameters)
{
    private const double Epsilon = 1e-6;

    private readonly List<TorchTensor> state = [];

    /// <summary>What it carries from step to step: <c>layers.3.weight/momentum</c>.</summary>
    public IReadOnlyList<TorchTensor> State => state;

    public static TorchOptimizer Of(OptimizerSpec spec, TorchProcessor processor, IReadOnlyList<Learned> parameters) => spec switch
    {
        SgdSpec sgd => new TorchSgd(sgd, processor, parameters),
        AdamWSpec adamW => new TorchAdamW(adamW, processor, parameters),
        RmsPropSpec rmsProp => new TorchRmsProp(rmsProp, processor, parameters),
        LionSpec lion => new TorchLion(lion, processor, parameters),
        _ => throw new UnreachableException($"No optimizer does {spec.GetType().Name}."),
    };

    /// <summary>Comes before a way back, which would add to them.</summary>
    public void ForgetGradients()
    {
        foreach (var (tensor, _) in parameters)
            tensor.Tensor.grad = null;
    }

    /// <summary>
    /// Pascanu et al. 2013, algorithm 1, in PyTorch's form: all gradients together are multiplied by bound / (norm + 10⁻⁶) where that is
    /// below 1.
    /// </summary>
    /// <returns>The norm that the gradients had, summed up in 64 bits. When it is not a finite number they stay as they are.</returns>
    public double Clip(double bound)
    {
        using var inPlace = torch.no_grad();
        var squares = torch.zeros(1, torch.float64, processor.Device);
        foreach (var (tensor, _) in parameters)
        {
            using var scope = torch.NewDisposeScope();
            squares.add_(Gradient(tensor).to_type(torch.float64).square().sum());
        }

        var norm = Math.Sqrt(squares.item<double>());
        var factor = (float)(bound / (norm + Epsilon));
        if (double.IsFinite(norm) && factor < 1)
        {
            using Scalar scale = factor;
            foreach (var (tensor, _) in parameters)
                Gradient(tensor).mul_(scale);
        }

        return norm;
    }

    /// <summary>Moves every parameter.</summary>
    /// <param name="step">Of the trial, counted from 1.</param>
    /// <param name="rate">The learning rate of this step.</param>
    public void Step(long step, double rate)
    {
        using var inPlace = torch.no_grad();
        for (var i = 0; i < parameters.Count; i++)
        {
            using var scope = torch.NewDisposeScope();
            Move(i, parameters[i].Tensor.Tensor, Gradient(parameters[i].Tensor), parameters[i].Decays, step, rate);
        }
    }

    /// <param name="index">Of the parameter.</param>
    /// <param name="parameter">To be moved in place.</param>
    /// <param name="gradient">Its gradient.</param>
    /// <param name="decays">Whether weight decay applies to it.</param>
    /// <param name="step">Of the trial, counted from 1.</param>
    /// <param name="rate">The learning rate of this step.</param>
    protected abstract void Move(int index, torch.Tensor parameter, torch.Tensor gradient, bool decays, long step, double rate);

    /// <summary>A tensor for each parameter, of its shape.</summary>
    protected TorchTensor[] Zeros(string name)
    {
        TorchTensor[] tensors = [.. parameters.Select(parameter =>
            new TorchTensor(processor, $"{parameter.Tensor.Name}/{name}", parameter.Tensor.Shape, learns: false))];
        state.AddRange(tensors);
        return tensors;
    }

    private static torch.Tensor Gradient(TorchTensor parameter) =>
        parameter.Tensor.grad ?? throw new InvalidOperationException($"{parameter.Name} has no gradient; a way back comes before.");
}
