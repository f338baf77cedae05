using System.Runtime.InteropServices;

namespace DurableTrainer.Training.Cpu;

/// <summary>
/// Consecutive jobs that nobody took yet. Several threads take from it at a time; each job goes to one of them. It fills two lines of a
/// cache (processors fetch them in pairs), so that threads with different shares do not disturb each other.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal struct JobShare
{
    /// <summary>The first job in the upper half, the end in the lower: both change as one.</summary>
    [FieldOffset(0)]
    private long range;

    public bool IsOpen => IsNotEmpty(Volatile.Read(ref range));

    public void Open(int first, int end) => Interlocked.Exchange(ref range, (long)first << 32 | (uint)end);

    /// <returns>A job's number; −1 when none is left.</returns>
    public int TakeFirst()
    {
        for (var seen = Volatile.Read(ref range); IsNotEmpty(seen); seen = Volatile.Read(ref range))
        {
            // Whoever takes a job keeps the run from ending, so what it took is of the run that is on.
            if (Interlocked.CompareExchange(ref range, seen + (1L << 32), seen) == seen)
                return (int)(seen >> 32);
        }

        return -1;
    }

    /// <inheritdoc cref="TakeFirst"/>
    public int TakeLast()
    {
        for (var seen = Volatile.Read(ref range); IsNotEmpty(seen); seen = Volatile.Read(ref range))
        {
            if (Interlocked.CompareExchange(ref range, seen - 1, seen) == seen)
                return (int)seen - 1;
        }

        return -1;
    }

    private static bool IsNotEmpty(long range) => (int)(range >> 32) < (int)range;
}
