namespace DurableTrainer.Training.Graphs;

/// <summary>What an operation takes for one sample on its way forward.</summary>
/// <param name="Flops">Floating-point operations; a multiplication with an addition counts as two.</param>
/// <param name="BytesMoved">Values and parameters read and written, as 32-bit floats, each once.</param>
/// <param name="ActivationBytes">What is kept for the way back.</param>
public readonly record struct Cost(long Flops, long BytesMoved, long ActivationBytes)
{
    public static Cost operator +(Cost a, Cost b) =>
        new(a.Flops + b.Flops, a.BytesMoved + b.BytesMoved, a.ActivationBytes + b.ActivationBytes);

    /// <summary>Of an operation that reads its input and its parameters and writes its output, once each.</summary>
    internal static Cost Of(long flops, Shape input, Shape output, long parameters = 0) =>
        new(flops, sizeof(float) * (input.Size + output.Size + parameters), sizeof(float) * output.Size);
}
