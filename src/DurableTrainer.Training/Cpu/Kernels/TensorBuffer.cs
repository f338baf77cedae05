namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>
/// Floats at a 64-byte boundary that never move, padded with room for two whole 512-bit vectors: kernels over all values need no
/// remainder loop, since what they write into the padding is never read as a value.
/// </summary>
internal sealed unsafe class TensorBuffer
{
    private const int Padding = 32;
    private const int Alignment = 64;

    private readonly float[] memory;

    public TensorBuffer(long length)
    {
        var padded = (length + Padding - 1) / Padding * Padding;
        if (padded + Padding > Array.MaxLength)
        {
            throw new ProcessorException(
                $"A tensor of {length} values is more than this processor can hold; choose a smaller batch or model.");
        }

        Length = (int)length;
        memory = GC.AllocateArray<float>((int)padded + Alignment / sizeof(float), pinned: true);
        fixed (float* first = memory)
            Pointer = (float*)(((nint)first + Alignment - 1) / Alignment * Alignment);
    }

    public int Length { get; }

    /// <summary>Valid as long as this buffer is referenced.</summary>
    public float* Pointer { get; }

    public Span<float> Span => new(Pointer, Length);

    public override string ToString() => $"{Length} of {memory.Length} floats";
}
