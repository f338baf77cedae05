namespace DurableTrainer.Torch;

/// <summary>
/// How exactly products are computed. Parameters, their gradients and what the optimizer carries have 32 bits either way.
/// </summary>
public enum Precision
{
    /// <summary>In 32 bits, on GPUs too: no TensorFloat-32.</summary>
    Float32,

    /// <summary>
    /// Linear layers, convolutions and attention work in bfloat16 and leave it to what follows them; normalisation, softmax, what a GRU
    /// carries and the loss have 32 bits. On GPUs from compute capability 8.0 on.
    /// </summary>
    BFloat16,
}
