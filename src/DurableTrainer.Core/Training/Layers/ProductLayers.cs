using DurableTrainer.Core.Spec;

namespace DurableTrainer.Core.Training;

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
