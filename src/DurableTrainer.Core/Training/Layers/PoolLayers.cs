using DurableTrainer.Core.Spec;

namespace DurableTrainer.Core.Training;

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
