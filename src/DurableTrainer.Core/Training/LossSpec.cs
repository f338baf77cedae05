using System.Text.Json.Serialization;

namespace DurableTrainer.Core.Training;

/// <summary>What training minimises, as a mean over the batch. A name alone (<c>"crossEntropy"</c>) means the defaults.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(CrossEntropySpec), "crossEntropy")]
[JsonDerivedType(typeof(MeanSquaredErrorSpec), "meanSquaredError")]
public abstract record LossSpec
{
    /// <summary>What a trial with this loss reports of each part of the data: <c>validation.loss</c>, <c>train.loss</c> and so on.</summary>
    [JsonIgnore]
    public virtual IReadOnlyList<string> Metrics => ["loss"];
}

/// <summary>Softmax and negative log-likelihood of the class that the label names: logits <c>[batch, classes]</c>, labels in [0, classes).</summary>
public sealed record CrossEntropySpec : LossSpec
{
    [JsonIgnore]
    public override IReadOnlyList<string> Metrics => ["loss", "accuracy"];
}

/// <summary>Mean of (prediction − target)², over predictions <c>[batch, 1]</c>.</summary>
public sealed record MeanSquaredErrorSpec : LossSpec
{
    [JsonIgnore]
    public override IReadOnlyList<string> Metrics => ["loss", "mae", "rmse", "r2"];
}
