using System.Text.Json.Serialization;

namespace DurableTrainer.Training.Graphs;

/// <summary>
/// An operation as data: its name and its attributes. It knows which shapes it takes and gives, which parameters it needs and what
/// it costs; how it is computed is a processor's business.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "op")]
[JsonDerivedType(typeof(LinearOperation), "linear")]
[JsonDerivedType(typeof(Conv2dOperation), "conv2d")]
[JsonDerivedType(typeof(MaxPool2dOperation), "maxPool2d")]
[JsonDerivedType(typeof(AveragePool2dOperation), "averagePool2d")]
[JsonDerivedType(typeof(GlobalAveragePool2dOperation), "globalAveragePool2d")]
[JsonDerivedType(typeof(BatchNormOperation), "batchNorm")]
[JsonDerivedType(typeof(LayerNormOperation), "layerNorm")]
[JsonDerivedType(typeof(GroupNormOperation), "groupNorm")]
[JsonDerivedType(typeof(DropoutOperation), "dropout")]
[JsonDerivedType(typeof(ActivationOperation), "activation")]
[JsonDerivedType(typeof(SoftmaxOperation), "softmax")]
[JsonDerivedType(typeof(FlattenOperation), "flatten")]
[JsonDerivedType(typeof(ReshapeOperation), "reshape")]
[JsonDerivedType(typeof(EmbeddingOperation), "embedding")]
[JsonDerivedType(typeof(PositionEmbeddingOperation), "positionEmbedding")]
[JsonDerivedType(typeof(AttentionOperation), "attention")]
[JsonDerivedType(typeof(GruOperation), "gru")]
[JsonDerivedType(typeof(AddOperation), "add")]
public abstract record Operation
{
    /// <summary>As a spec's layers name it.</summary>
    [JsonIgnore]
    public abstract string Name { get; }

    /// <summary>The shape that comes out for one sample, or what the operation wants instead of this input.</summary>
    internal abstract Inference Infer(Shape input);

    /// <summary>Of one sample.</summary>
    public abstract Cost CostOf(Shape input, Shape output);

    internal virtual IReadOnlyList<ParameterDeclaration> Parameters(string path, Shape input) => [];

    internal virtual IReadOnlyList<ParameterDeclaration> State(string path, Shape input) => [];
}

/// <summary>What a shape function says: a shape, or what it wants.</summary>
internal readonly record struct Inference(Shape? Shape, string Wanted)
{
    public static Inference Gives(params IReadOnlyList<int> sizes) => new(new Shape(sizes), "");

    public static Inference Gives(Shape shape) => new(shape, "");

    public static Inference Wants(string wanted) => new(null, wanted);
}
