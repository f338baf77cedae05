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
[JsonDerivedType(typeof(DropoutLayer), "dropout")]
[JsonDerivedType(typeof(ReluLayer), "relu")]
[JsonDerivedType(typeof(GeluLayer), "gelu")]
[JsonDerivedType(typeof(SiluLayer), "silu")]
[JsonDerivedType(typeof(TanhLayer), "tanh")]
[JsonDerivedType(typeof(SigmoidLayer), "sigmoid")]
[JsonDerivedType(typeof(FlattenLayer), "flatten")]
[JsonDerivedType(typeof(ResidualLayer), "residual")]
[JsonDerivedType(typeof(RepeatLayer), "repeat")]
public abstract record LayerSpec;

/// <summary>y = x Wᵀ + b over the last dimension: <c>[…, features]</c> to <c>[…, units]</c>.</summary>
public sealed record LinearLayer : LayerSpec
{
    [AtLeast(1)]
    public required int Units { get; init; }

    public bool Bias { get; init; } = true;
}

/// <summary>Cross-correlation with square kernels: <c>[channels, height, width]</c> to <c>[filters, height', width']</c>.</summary>
public sealed record Conv2dLayer : LayerSpec
{
    [AtLeast(1)]
    public required int Filters { get; init; }

    [AtLeast(1)]
    public required int Kernel { get; init; }

    [AtLeast(1)]
    public int Stride { get; init; } = 1;

    [AtLeast(0)]
    public int Padding { get; init; }

    /// <summary>Channels and filters are cut into so many groups that see only each other.</summary>
    [AtLeast(1)]
    public int Groups { get; init; } = 1;

    public bool Bias { get; init; } = true;
}

/// <summary>The largest value of each window.</summary>
public sealed record MaxPool2dLayer : LayerSpec
{
    [AtLeast(1)]
    public required int Size { get; init; }

    /// <summary>The size of the window when null.</summary>
    [AtLeast(1)]
    public int? Stride { get; init; }

    [AtLeast(0)]
    public int Padding { get; init; }
}

/// <summary>The mean of each window; padding counts as zeros.</summary>
public sealed record AveragePool2dLayer : LayerSpec
{
    [AtLeast(1)]
    public required int Size { get; init; }

    /// <summary>The size of the window when null.</summary>
    [AtLeast(1)]
    public int? Stride { get; init; }

    [AtLeast(0)]
    public int Padding { get; init; }
}

/// <summary>The mean of each channel: <c>[channels, height, width]</c> to <c>[channels]</c>.</summary>
public sealed record GlobalAveragePool2dLayer : LayerSpec;

/// <summary>Normalises each channel (or feature) over the batch while training, and by running averages afterwards.</summary>
public sealed record BatchNormLayer : LayerSpec
{
    /// <summary>Weight of the newest batch in the running averages.</summary>
    [Above(0), AtMost(1)]
    public double Momentum { get; init; } = 0.1;

    [Above(0)]
    public double Epsilon { get; init; } = 1e-5;
}

/// <summary>While training, zeroes each value with probability <see cref="Rate"/> and scales the rest by 1/(1 − rate).</summary>
public sealed record DropoutLayer : LayerSpec
{
    [AtLeast(0), Below(1)]
    public required double Rate { get; init; }
}

public sealed record ReluLayer : LayerSpec;

/// <summary>x·Φ(x), with the exact error function.</summary>
public sealed record GeluLayer : LayerSpec;

/// <summary>x·σ(x).</summary>
public sealed record SiluLayer : LayerSpec;

public sealed record TanhLayer : LayerSpec;

public sealed record SigmoidLayer : LayerSpec;

/// <summary>All dimensions but the batch become one.</summary>
public sealed record FlattenLayer : LayerSpec;

/// <summary>x + layers(x); the layers must keep the shape.</summary>
public sealed record ResidualLayer : LayerSpec
{
    [NotEmpty]
    public required IReadOnlyList<LayerSpec> Layers { get; init; }
}

/// <summary>The layers, <see cref="Times"/> times one after the other, each time with parameters of their own.</summary>
public sealed record RepeatLayer : LayerSpec
{
    [AtLeast(1)]
    public required int Times { get; init; }

    [NotEmpty]
    public required IReadOnlyList<LayerSpec> Layers { get; init; }
}
