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
public abstract record OptimizerSpec
{
    [JsonPropertyOrder(-1)]
    [Above(0)]
    public double LearningRate { get; init; } = 1e-3;
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
