using DurableTrainer.Training.Processors;

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
    private const int Boundary = Alignment / sizeof(float);
    private const int Surroundings = Boundary + Padding;

    // Kept alive as long as this is.
    private float[]? memory;

    /// <summary>Zeros in memory of their own.</summary>
    public TensorBuffer(long length) : this(length, placed: true)
    {
    }

    private TensorBuffer(long length, bool placed)
    {
        if (length > Array.MaxLength - Surroundings)
        {
            throw new ProcessorException(
                $"A tensor of {length} values is more than this processor can hold; choose a smaller batch or model.");
        }

        Length = (int)length;
        if (!placed)
            return;
        memory = GC.AllocateArray<float>((int)length + Surroundings, pinned: true);
        fixed (float* first = memory)
            Pointer = (float*)(((nint)first + Alignment - 1) / Alignment * Alignment);
    }

    public int Length { get; }

    /// <summary>Floats that it takes as a part of another buffer.</summary>
    public long Footprint => ((long)Length + Padding + Boundary - 1) / Boundary * Boundary;

    /// <summary>Valid as long as this buffer is referenced; null before it has a place.</summary>
    public float* Pointer { get; private set; }

    public Span<float> Span => new(Pointer, Length);

    /// <summary>A buffer that gets its memory later.</summary>
    public static TensorBuffer Unplaced(long length) => new(length, placed: false);

    /// <summary>Takes <see cref="Footprint"/> floats of another buffer, from a multiple of sixteen.</summary>
    public void Place(TensorBuffer whole, long offset)
    {
        memory = whole.memory;
        Pointer = whole.Pointer + offset;
    }
}
