using System.Text.Json.Serialization;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Core.Training;

/// <summary>
/// What training minimises, as a mean over the targets of the batch. A name alone (<c>"crossEntropy"</c>) means the defaults.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(CrossEntropySpec), "crossEntropy")]
[JsonDerivedType(typeof(BinaryCrossEntropySpec), "binaryCrossEntropy")]
[JsonDerivedType(typeof(MeanSquaredErrorSpec), "meanSquaredError")]
[JsonDerivedType(typeof(HuberSpec), "huber")]
public abstract record LossSpec
{
    /// <summary>What a trial with this loss reports of each part of the data: <c>validation.loss</c>, <c>train.loss</c> and so on.</summary>
    [JsonIgnore]
    public abstract IReadOnlyList<string> Metrics { get; }
}

/// <summary>
/// Softmax and negative log-likelihood of the class that the label names: logits <c>[batch, classes]</c> with a label for each sample, or
/// <c>[batch, length, classes]</c> with <c>length</c> labels; labels in [0, classes).
/// </summary>
public sealed record CrossEntropySpec : LossSpec
{
    /// <summary>Targets with this label count in nothing: not in the loss, its gradient or any metric.</summary>
    public int? IgnoreIndex { get; init; }

    /// <summary>The share ε of a target that is spread evenly over all classes (Szegedy et al. 2016, section 7).</summary>
    [AtLeast(0), Below(1)]
    public double LabelSmoothing { get; init; }

    /// <summary>k of the metric <c>topKAccuracy</c>, such as 5 for <c>top5Accuracy</c>; fewer than there are classes. Not reported when null.</summary>
    [AtLeast(2)]
    public int? TopK { get; init; }

    /// <summary>The name of the metric that <see cref="TopK"/> asks for.</summary>
    [JsonIgnore]
    public string? TopKMetric => TopK is { } k ? $"top{k}Accuracy" : null;

    [JsonIgnore]
    public override IReadOnlyList<string> Metrics =>
        TopKMetric is { } topK ? ["loss", "accuracy", "f1", "perplexity", topK] : ["loss", "accuracy", "f1", "perplexity"];
}

/// <summary>
/// −t log σ(x) − (1 − t) log(1 − σ(x)) of a logit x and a target t in [0, 1]: logits <c>[batch, k]</c> with k targets for each sample.
/// </summary>
public sealed record BinaryCrossEntropySpec : LossSpec
{
    [JsonIgnore]
    public override IReadOnlyList<string> Metrics => ["loss", "accuracy", "f1"];
}

/// <summary>Mean of (prediction − target)²: predictions <c>[batch, k]</c> with k targets for each sample.</summary>
public sealed record MeanSquaredErrorSpec : LossSpec
{
    [JsonIgnore]
    public override IReadOnlyList<string> Metrics => ["loss", "mae", "rmse", "r2"];
}

/// <summary>
/// ½d² of a difference d up to <see cref="Delta"/>, and δ(|d| − ½δ) beyond (Huber 1964): predictions <c>[batch, k]</c> with k targets for
/// each sample.
/// </summary>
public sealed record HuberSpec : LossSpec
{
    /// <summary>δ, where the square turns into a line.</summary>
    [Above(0)]
    public double Delta { get; init; } = 1;

    [JsonIgnore]
    public override IReadOnlyList<string> Metrics => ["loss", "mae", "rmse", "r2"];
}
