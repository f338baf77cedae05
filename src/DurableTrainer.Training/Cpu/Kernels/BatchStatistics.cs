using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>
/// What batch normalisation does to rows of channels. Sums over rows go in blocks of <see cref="BlockRows"/> that are added up in order,
/// which keeps rounding errors small and the result independent of the number of threads.
/// </summary>
internal static unsafe class BatchStatistics
{
    public const int BlockRows = 256;

    public static int Blocks(int rows) => (rows + BlockRows - 1) / BlockRows;

    /// <summary>sums[block] ← Σ x over the block's rows.</summary>
    public static void Sum(TensorBuffer x, int rows, int channels, TensorBuffer sums, int block)
    {
        var to = Clear(sums, channels, block);
        for (int row = block * BlockRows, end = Math.Min(rows, row + BlockRows); row < end; row++)
            Rows.AddScaled(x.Pointer + (nint)row * channels, 1, to, channels);
    }

    /// <summary>sums[block] ← Σ (x − mean)²</summary>
    public static void SumSquares(TensorBuffer x, TensorBuffer mean, int rows, int channels, TensorBuffer sums, int block)
    {
        float* to = Clear(sums, channels, block), m = mean.Pointer;
        for (int row = block * BlockRows, end = Math.Min(rows, row + BlockRows); row < end; row++)
        {
            var from = x.Pointer + (nint)row * channels;
            var c = 0;
            for (; c <= channels - 8; c += 8)
            {
                var difference = Vector256.Load(from + c) - Vector256.Load(m + c);
                (Vector256.Load(to + c) + difference * difference).Store(to + c);
            }

            for (; c < channels; c++)
                to[c] += (from[c] - m[c]) * (from[c] - m[c]);
        }
    }

    /// <summary>y ← scale · (x − mean) + shift over the block's rows.</summary>
    public static void Normalize(
        TensorBuffer x, TensorBuffer mean, TensorBuffer scale, TensorBuffer shift, int rows, int channels, TensorBuffer y, int block)
    {
        float* m = mean.Pointer, s = scale.Pointer, b = shift.Pointer;
        for (int row = block * BlockRows, end = Math.Min(rows, row + BlockRows); row < end; row++)
        {
            float* from = x.Pointer + (nint)row * channels, to = y.Pointer + (nint)row * channels;
            var c = 0;
            for (; c <= channels - 8; c += 8)
                (Vector256.Load(s + c) * (Vector256.Load(from + c) - Vector256.Load(m + c)) + Vector256.Load(b + c)).Store(to + c);
            for (; c < channels; c++)
                to[c] = s[c] * (from[c] - m[c]) + b[c];
        }
    }

    /// <summary>sums[block] ← Σ dy · (x − mean)</summary>
    public static void SumProducts(TensorBuffer dy, TensorBuffer x, TensorBuffer mean, int rows, int channels, TensorBuffer sums, int block)
    {
        float* to = Clear(sums, channels, block), m = mean.Pointer;
        for (int row = block * BlockRows, end = Math.Min(rows, row + BlockRows); row < end; row++)
        {
            float* g = dy.Pointer + (nint)row * channels, from = x.Pointer + (nint)row * channels;
            var c = 0;
            for (; c <= channels - 8; c += 8)
                (Vector256.Load(to + c) + Vector256.Load(g + c) * (Vector256.Load(from + c) - Vector256.Load(m + c))).Store(to + c);
            for (; c < channels; c++)
                to[c] += g[c] * (from[c] - m[c]);
        }
    }

    /// <summary>dx ← scale · (dy − gradientMean − (x − mean) · slope) over the block's rows.</summary>
    public static void NormalizeBack(
        TensorBuffer dy, TensorBuffer x, in BatchNormBack back, int rows, int channels, TensorBuffer dx, int block)
    {
        float* m = back.Mean.Pointer, s = back.Scale.Pointer, g = back.GradientMean.Pointer, k = back.Slope.Pointer;
        for (int row = block * BlockRows, end = Math.Min(rows, row + BlockRows); row < end; row++)
        {
            float* gradient = dy.Pointer + (nint)row * channels, from = x.Pointer + (nint)row * channels;
            var to = dx.Pointer + (nint)row * channels;
            var c = 0;
            for (; c <= channels - 8; c += 8)
            {
                var difference = Vector256.Load(from + c) - Vector256.Load(m + c);
                var centred = Vector256.Load(gradient + c) - Vector256.Load(g + c) - difference * Vector256.Load(k + c);
                (Vector256.Load(s + c) * centred).Store(to + c);
            }

            for (; c < channels; c++)
                to[c] = s[c] * (gradient[c] - g[c] - (from[c] - m[c]) * k[c]);
        }
    }

    private static float* Clear(TensorBuffer sums, int channels, int block)
    {
        var to = sums.Pointer + (nint)block * channels;
        new Span<float>(to, channels).Clear();
        return to;
    }
}

/// <summary>Per channel: the batch's mean, weight/√(variance + ε), the mean of dy, and mean(dy · (x − mean)) / (variance + ε).</summary>
internal readonly record struct BatchNormBack(TensorBuffer Mean, TensorBuffer Scale, TensorBuffer GradientMean, TensorBuffer Slope);
