namespace DurableTrainer.Training.Graphs;

/// <summary>What an operation takes for one sample on its way forward; <see cref="long.MaxValue"/> stands for more.</summary>
/// <param name="Flops">Floating-point operations; a multiplication with an addition counts as two.</param>
/// <param name="BytesMoved">Values and parameters read and written, as 32-bit floats, each once.</param>
/// <param name="ActivationBytes">What is kept for the way back.</param>
public readonly record struct Cost(long Flops, long BytesMoved, long ActivationBytes)
{
    public static Cost operator +(Cost a, Cost b) =>
        new(
            Saturating.Sum(a.Flops, b.Flops),
            Saturating.Sum(a.BytesMoved, b.BytesMoved),
            Saturating.Sum(a.ActivationBytes, b.ActivationBytes));

    /// <summary>Of an operation that reads its input and its parameters and writes its output, once each.</summary>
    internal static Cost Of(long flops, Shape input, Shape output, long parameters = 0) =>
        new(
            flops,
            Saturating.Product(sizeof(float), Saturating.Sum(input.Size, output.Size, parameters)),
            Saturating.Product(sizeof(float), output.Size));
}
