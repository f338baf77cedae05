using System.Text.Json.Serialization;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Core.Training;

/// <summary>The layers of a model, first to last. Shapes follow from the data.</summary>
public sealed record ModelSpec
{
    [NotEmpty]
    public required IReadOnlyList<LayerSpec> Layers { get; init; }
}

/// <summary>One layer, or a container of layers.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(LinearLayer), "linear")]
[JsonDerivedType(typeof(Conv2dLayer), "conv2d")]
[JsonDerivedType(typeof(MaxPool2dLayer), "maxPool2d")]
[JsonDerivedType(typeof(AveragePool2dLayer), "averagePool2d")]
[JsonDerivedType(typeof(GlobalAveragePool2dLayer), "globalAveragePool2d")]
[JsonDerivedType(typeof(BatchNormLayer), "batchNorm")]
[JsonDerivedType(typeof(LayerNormLayer), "layerNorm")]
[JsonDerivedType(typeof(GroupNormLayer), "groupNorm")]
[JsonDerivedType(typeof(DropoutLayer), "dropout")]
[JsonDerivedType(typeof(ReluLayer), "relu")]
[JsonDerivedType(typeof(GeluLayer), "gelu")]
[JsonDerivedType(typeof(SiluLayer), "silu")]
[JsonDerivedType(typeof(TanhLayer), "tanh")]
[JsonDerivedType(typeof(SigmoidLayer), "sigmoid")]
[JsonDerivedType(typeof(SoftmaxLayer), "softmax")]
[JsonDerivedType(typeof(FlattenLayer), "flatten")]
[JsonDerivedType(typeof(ReshapeLayer), "reshape")]
[JsonDerivedType(typeof(EmbeddingLayer), "embedding")]
[JsonDerivedType(typeof(PositionEmbeddingLayer), "positionEmbedding")]
[JsonDerivedType(typeof(AttentionLayer), "attention")]
[JsonDerivedType(typeof(GruLayer), "gru")]
[JsonDerivedType(typeof(ResidualLayer), "residual")]
[JsonDerivedType(typeof(RepeatLayer), "repeat")]
public abstract record LayerSpec;
