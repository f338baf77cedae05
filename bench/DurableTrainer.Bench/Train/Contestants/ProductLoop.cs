using System.Diagnostics;
using DurableTrainer.Training.Cpu.Kernels;

namespace DurableTrainer.Bench.Train.Contestants;

/// <summary>One product of two square matrices on one thread, over and over; packing an operand is part of it.</summary>
internal sealed class ProductLoop
{
    private readonly Matrix a, b, c;
    private readonly PackedMatrix packed;

    public ProductLoop(int size)
    {
        var random = new Random(size);
        (a, b, c) = (Filled(size, random), Filled(size, random), Filled(size, random));
        packed = new PackedMatrix(size, size);
    }

    /// <summary>Multiplies for that long.</summary>
    public Stint Run(double seconds)
    {
        var (start, count) = (Stopwatch.GetTimestamp(), 0);
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            packed.Pack(b);
            MatrixProduct.Multiply(a, packed, c);
            count++;
        }

        return new Stint(count, Stopwatch.GetElapsedTime(start).TotalSeconds, Stint.PeakMemory());
    }

    private static Matrix Filled(int size, Random random)
    {
        var buffer = new TensorBuffer((long)size * size);
        foreach (ref var value in buffer.Span)
            value = random.NextSingle() - 0.5f;
        return new Matrix(buffer, size, size);
    }
}
