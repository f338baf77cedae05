using DurableTrainer.Core.Spec;

namespace DurableTrainer.Core.Training;

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

/// <summary>eˣ / Σ eˣ over the last dimension. A classifier under cross-entropy has none: the loss takes it.</summary>
public sealed record SoftmaxLayer : LayerSpec;
