namespace DurableTrainer.Torch;

/// <summary>What torch computes on, and how exactly.</summary>
public sealed record TorchOptions
{
    /// <summary>
    /// <c>cpu</c>, or <c>cuda</c> for the first GPU, <c>cuda:1</c> for the second and so on, as <c>CUDA_VISIBLE_DEVICES</c> counts them.
    /// </summary>
    public string Device { get; init; } = "cuda";

    public Precision Precision { get; init; }
}
