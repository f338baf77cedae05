using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>eˣ / Σ eˣ of rows. A job covers <see cref="BlockRows"/> of them.</summary>
internal static unsafe class Softmaxing
{
    public const int BlockRows = 128;

    public static int Blocks(int rows) => (rows + BlockRows - 1) / BlockRows;

    public static void Forward(TensorBuffer x, TensorBuffer y, int rows, int columns, int block)
    {
        var lowest = Vector512.Create(float.NegativeInfinity);
        for (int row = block * BlockRows, end = Math.Min(rows, row + BlockRows); row < end; row++)
        {
            float* from = x.Pointer + (nint)row * columns, to = y.Pointer + (nint)row * columns;
            var largest = lowest;
            for (var i = 0; i < columns; i += 16)
            {
                var values = Vector512.Load(from + i);
                largest = Vector512.MaxNative(columns - i >= 16 ? values : Rows.First(values, columns - i, lowest), largest);
            }

            var most = Vector512.Create(Rows.Largest(largest));
            var sum = Vector512<float>.Zero;
            for (var i = 0; i < columns; i += 16)
            {
                var values = Functions.Exp(Vector512.Load(from + i) - most);
                Rows.Store(values, to + i, columns - i);
                sum += columns - i >= 16 ? values : Rows.First(values, columns - i, Vector512<float>.Zero);
            }

            Rows.Scale(to, 1 / Vector512.Sum(sum), columns);
        }
    }

    /// <summary>dx ← y (dy − Σ y dy)</summary>
    public static void Backward(TensorBuffer y, TensorBuffer dy, TensorBuffer dx, int rows, int columns, int block)
    {
        for (int row = block * BlockRows, end = Math.Min(rows, row + BlockRows); row < end; row++)
        {
            float* values = y.Pointer + (nint)row * columns, gradient = dy.Pointer + (nint)row * columns;
            var to = dx.Pointer + (nint)row * columns;
            var sum = Vector512<float>.Zero;
            for (var i = 0; i < columns; i += 16)
                sum += Rows.Load(values + i, columns - i) * Rows.Load(gradient + i, columns - i);
            var mean = Vector512.Create(Vector512.Sum(sum));
            for (var i = 0; i < columns; i += 16)
                Rows.Store(Vector512.Load(values + i) * (Vector512.Load(gradient + i) - mean), to + i, columns - i);
        }
    }
}
