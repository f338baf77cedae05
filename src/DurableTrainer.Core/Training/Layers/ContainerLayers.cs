using DurableTrainer.Core.Spec;

namespace DurableTrainer.Core.Training;

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
