namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>
/// Floats at a 64-byte boundary that never move, followed by room for two whole 512-bit vectors: kernels over all values need no
/// remainder loop, and tiles load whole vectors from wherever their first value lies, since what is in the padding is never a value.
/// </summary>
internal sealed unsafe class TensorBuffer
{
    /// <summary>Floats that may be read and written after the last value, whatever the length.</summary>
    private const int Padding = 32;

    private const int Alignment = 64;
    private const int Surroundings = Alignment / sizeof(float) + Padding;

    // Kept alive as long as this is.
    private readonly float[] memory;

    public TensorBuffer(long length)
    {
        if (length > Array.MaxLength - Surroundings)
        {
            throw new ProcessorException(
                $"A tensor of {length} values is more than this processor can hold; choose a smaller batch or model.");
        }

        Length = (int)length;
        memory = GC.AllocateArray<float>((int)length + Surroundings, pinned: true);
        fixed (float* first = memory)
            Pointer = (float*)(((nint)first + Alignment - 1) / Alignment * Alignment);
    }

    public int Length { get; }

    /// <summary>Valid as long as this buffer is referenced.</summary>
    public float* Pointer { get; }

    public Span<float> Span => new(Pointer, Length);
}
