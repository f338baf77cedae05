using DurableTrainer.Core.Spec;

namespace DurableTrainer.Core.Training;

/// <summary>A learned vector for each index: <c>[length]</c> to <c>[length, width]</c>. Indices are whole numbers in [0, vocabulary).</summary>
public sealed record EmbeddingLayer : LayerSpec
{
    [AtLeast(1)]
    public required int Vocabulary { get; init; }

    [AtLeast(1)]
    public required int Width { get; init; }
}

/// <summary>Adds a learned vector for each place: <c>[length, width]</c> stays.</summary>
public sealed record PositionEmbeddingLayer : LayerSpec;

/// <summary>Multi-head self-attention: <c>[length, width]</c> stays.</summary>
public sealed record AttentionLayer : LayerSpec
{
    /// <summary>The width is cut into so many parts, which attend each for themselves.</summary>
    [AtLeast(1)]
    public required int Heads { get; init; }

    /// <summary>Whether a place sees only itself and those before it.</summary>
    public bool Causal { get; init; }

    /// <summary>Of the projections into queries, keys and values, and of the one out.</summary>
    public bool Bias { get; init; } = true;
}

/// <summary>A gated recurrent unit that goes over <c>[length, features]</c> from the first place to the last.</summary>
public sealed record GruLayer : LayerSpec
{
    [AtLeast(1)]
    public required int Units { get; init; }

    /// <summary>Whether it gives its state at each place, <c>[length, units]</c>, or only the last one, <c>[units]</c>.</summary>
    public bool Sequence { get; init; }
}
