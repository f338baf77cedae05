using DurableTrainer.Core.Spec;

namespace DurableTrainer.Core.Training;

/// <summary>Normalises each channel (or feature) over the batch while training, and by running averages afterwards.</summary>
public sealed record BatchNormLayer : LayerSpec
{
    /// <summary>Weight of the newest batch in the running averages.</summary>
    [Above(0), AtMost(1)]
    public double Momentum { get; init; } = 0.1;

    [Above(0)]
    public double Epsilon { get; init; } = 1e-5;
}

/// <summary>Normalises the last dimension of each sample by its own mean and variance.</summary>
public sealed record LayerNormLayer : LayerSpec
{
    [Above(0)]
    public double Epsilon { get; init; } = 1e-5;
}

/// <summary>Normalises groups of channels of each sample by their own mean and variance.</summary>
public sealed record GroupNormLayer : LayerSpec
{
    /// <summary>Channels are cut into so many groups.</summary>
    [AtLeast(1)]
    public required int Groups { get; init; }

    [Above(0)]
    public double Epsilon { get; init; } = 1e-5;
}
