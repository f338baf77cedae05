using DurableTrainer.Core.Spec;

namespace DurableTrainer.Core.Training;

/// <summary>All dimensions but the batch become one.</summary>
public sealed record FlattenLayer : LayerSpec;

/// <summary>The same values in another shape, in row-major order.</summary>
public sealed record ReshapeLayer : LayerSpec
{
    /// <summary>Without the batch. One size may be −1: what is left for it.</summary>
    [NotEmpty, AtLeast(-1)]
    public required IReadOnlyList<int> Shape { get; init; }
}
