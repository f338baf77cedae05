using System.Text.Json.Serialization;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Core.Training;

/// <summary>How parameters follow gradients.</summary>
/// <remarks>
/// The optimizer's type may itself be a hyperparameter (<c>"$optimizer"</c>), with settings that only one of the types has: a setting
/// that the chosen type does not know is then ignored, and one whose parameter is not active in a point is left at its default.
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(SgdSpec), "sgd")]
[JsonDerivedType(typeof(AdamWSpec), "adamw")]
[JsonDerivedType(typeof(RmsPropSpec), "rmsprop")]
[JsonDerivedType(typeof(LionSpec), "lion")]
public abstract record OptimizerSpec : ISelfChecking
{
    /// <summary>η, which the schedule starts from.</summary>
    [JsonPropertyOrder(-1)]
    [Above(0)]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>How the learning rate goes on from step to step.</summary>
    public ScheduleSpec Schedule { get; init; } = new ConstantScheduleSpec();

    /// <summary>
    /// Gradients whose Euclidean norm, over all parameters together, is larger than this are scaled down to it before the step (Pascanu
    /// et al. 2013, algorithm 1). They stay as they are when null.
    /// </summary>
    [Above(0)]
    public double? ClipNorm { get; init; }

    IEnumerable<(string Field, string Message)> ISelfChecking.Check()
    {
        if (Schedule is CosineScheduleSpec cosine && cosine.Minimum > LearningRate)
        {
            yield return ("schedule", FormattableString.Invariant(
                $"has a minimum of {cosine.Minimum}, must go down to at most the learning rate, which is {LearningRate}"));
        }
    }
}

/// <summary>Stochastic gradient descent as in Sutskever et al. 2013, in the form that PyTorch uses: v ← μv + g, p ← p − ηv.</summary>
public sealed record SgdSpec : OptimizerSpec
{
    [AtLeast(0), Below(1)]
    public double Momentum { get; init; }

    public bool Nesterov { get; init; }

    /// <summary>Added to the gradient as λp.</summary>
    [AtLeast(0)]
    public double WeightDecay { get; init; }
}

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2).</summary>
public sealed record AdamWSpec : OptimizerSpec
{
    [AtLeast(0), Below(1)]
    public double Beta1 { get; init; } = 0.9;

    [AtLeast(0), Below(1)]
    public double Beta2 { get; init; } = 0.999;

    [Above(0)]
    public double Epsilon { get; init; } = 1e-8;

    [AtLeast(0)]
    public double WeightDecay { get; init; } = 0.01;
}

/// <summary>
/// Hinton's RMSprop (lecture 6e of "Neural networks for machine learning", 2012), in the form that PyTorch uses: v ← αv + (1 − α)g²,
/// p ← p − ηg/(√v + ε).
/// </summary>
public sealed record RmsPropSpec : OptimizerSpec
{
    /// <summary>α, the weight of what came before in the running average of g².</summary>
    [AtLeast(0), Below(1)]
    public double Alpha { get; init; } = 0.99;

    [Above(0)]
    public double Epsilon { get; init; } = 1e-8;

    [AtLeast(0), Below(1)]
    public double Momentum { get; init; }

    /// <summary>Whether the variance of the gradient takes the place of the mean of its square (Graves 2013, equation 40).</summary>
    public bool Centered { get; init; }

    /// <summary>Added to the gradient as λp.</summary>
    [AtLeast(0)]
    public double WeightDecay { get; init; }
}

/// <summary>Lion with decoupled weight decay (Chen et al. 2023, algorithm 2): every step is η long in each dimension.</summary>
public sealed record LionSpec : OptimizerSpec
{
    [AtLeast(0), Below(1)]
    public double Beta1 { get; init; } = 0.9;

    [AtLeast(0), Below(1)]
    public double Beta2 { get; init; } = 0.99;

    [AtLeast(0)]
    public double WeightDecay { get; init; }
}
