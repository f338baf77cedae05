using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>
/// What batch normalisation does to rows of channels. Sums over rows go in blocks of <see cref="BlockRows"/> that are put together in
/// order, which keeps rounding errors small and the result independent of the number of threads.
/// </summary>
internal static unsafe class BatchStatistics
{
    public const int BlockRows = 256;

    /// <summary>Rows that are read together, so that sums are loaded and stored more rarely than values.</summary>
    private const int RowsAtOnce = 4;

    public static int Blocks(int rows) => (rows + BlockRows - 1) / BlockRows;

    public static int RowsOf(int block, int rows) => Math.Min(BlockRows, rows - block * BlockRows);

    /// <summary>
    /// sums[block] ← Σ x over the block's rows and squares[block] ← Σ (x − m)², m being the block's mean: from these the variance of all
    /// rows follows without cancellation (Chan, Golub and LeVeque 1983), and memory is read once.
    /// </summary>
    public static void Measure(TensorBuffer x, int rows, int channels, TensorBuffer sums, TensorBuffer squares, int block)
    {
        var from = Start(x, channels, block);
        var count = RowsOf(block, rows);
        float* sum = Clear(sums, channels, block), square = Clear(squares, channels, block);
        var row = 0;
        for (; row <= count - RowsAtOnce; row += RowsAtOnce)
            AddRows(from + row * channels, channels, sum);
        for (; row < count; row++)
            Rows.AddScaled(from + row * channels, 1, sum, channels);
        for (row = 0; row <= count - RowsAtOnce; row += RowsAtOnce)
            AddSquares(from + row * channels, channels, RowsAtOnce, sum, 1f / count, square);
        AddSquares(from + row * channels, channels, count - row, sum, 1f / count, square);
    }

    /// <summary>The rows of a block.</summary>
    public static Matrix Block(TensorBuffer x, int rows, int channels, int block) =>
        new(x, block * BlockRows * channels, RowsOf(block, rows), channels, channels);

    /// <summary>y ← scale · (x − mean) + shift over some rows and channels of x.</summary>
    public static void Normalize(
        in Matrix x, TensorBuffer mean, TensorBuffer scale, TensorBuffer shift, int channels, TensorBuffer y)
    {
        var first = x.Offset % channels;
        float* m = mean.Pointer + first, s = scale.Pointer + first, b = shift.Pointer + first;
        float* from = x.Buffer.Pointer + x.Offset, to = y.Pointer + x.Offset;
        for (var row = x.Rows; row > 0; row--, from += x.RowStride, to += x.RowStride)
        {
            var c = 0;
            for (; c <= x.Columns - 8; c += 8)
                (Vector256.Load(s + c) * (Vector256.Load(from + c) - Vector256.Load(m + c)) + Vector256.Load(b + c)).Store(to + c);
            for (; c < x.Columns; c++)
                to[c] = s[c] * (from[c] - m[c]) + b[c];
        }
    }

    /// <summary>sums[block] ← Σ dy and products[block] ← Σ dy · (x − mean)</summary>
    public static void MeasureBack(
        TensorBuffer dy, TensorBuffer x, TensorBuffer mean, int rows, int channels, TensorBuffer sums, TensorBuffer products, int block)
    {
        float* gradient = Start(dy, channels, block), from = Start(x, channels, block);
        float* sum = Clear(sums, channels, block), product = Clear(products, channels, block);
        var count = RowsOf(block, rows);
        for (var row = 0; row < count; row += RowsAtOnce)
        {
            var together = Math.Min(RowsAtOnce, count - row);
            AddProducts(gradient + row * channels, from + row * channels, channels, together, mean.Pointer, sum, product);
        }
    }

    /// <summary>dx ← scale · (dy − gradientMean − (x − mean) · slope) over the block's rows.</summary>
    public static void NormalizeBack(
        TensorBuffer dy, TensorBuffer x, in BatchNormBack back, int rows, int channels, TensorBuffer dx, int block)
    {
        float* m = back.Mean.Pointer, s = back.Scale.Pointer, g = back.GradientMean.Pointer, k = back.Slope.Pointer;
        float* gradient = Start(dy, channels, block), from = Start(x, channels, block), to = Start(dx, channels, block);
        for (var row = RowsOf(block, rows); row > 0; row--, gradient += channels, from += channels, to += channels)
        {
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

    private static void AddRows(float* from, int channels, float* sum)
    {
        float* second = from + channels, third = second + channels, fourth = third + channels;
        var c = 0;
        for (; c <= channels - 16; c += 16)
        {
            var firstTwo = Vector512.Load(from + c) + Vector512.Load(second + c);
            var lastTwo = Vector512.Load(third + c) + Vector512.Load(fourth + c);
            (Vector512.Load(sum + c) + (firstTwo + lastTwo)).Store(sum + c);
        }

        for (; c < channels; c++)
            sum[c] += from[c] + second[c] + (third[c] + fourth[c]);
    }

    private static void AddSquares(float* from, int channels, int rows, float* sum, float factor, float* square)
    {
        var c = 0;
        for (; c <= channels - 16; c += 16)
        {
            var (mean, total) = (Vector512.Load(sum + c) * factor, Vector512.Load(square + c));
            for (var row = 0; row < rows; row++)
            {
                var difference = Vector512.Load(from + row * channels + c) - mean;
                total += difference * difference;
            }

            total.Store(square + c);
        }

        for (; c < channels; c++)
        {
            for (var row = 0; row < rows; row++)
            {
                var difference = from[row * channels + c] - sum[c] * factor;
                square[c] += difference * difference;
            }
        }
    }

    private static void AddProducts(float* gradient, float* from, int channels, int rows, float* mean, float* sum, float* product)
    {
        var c = 0;
        for (; c <= channels - 16; c += 16)
        {
            var (centre, total, totalProduct) = (Vector512.Load(mean + c), Vector512.Load(sum + c), Vector512.Load(product + c));
            for (var row = 0; row < rows; row++)
            {
                var slope = Vector512.Load(gradient + row * channels + c);
                total += slope;
                totalProduct += slope * (Vector512.Load(from + row * channels + c) - centre);
            }

            total.Store(sum + c);
            totalProduct.Store(product + c);
        }

        for (; c < channels; c++)
        {
            for (var row = 0; row < rows; row++)
            {
                var slope = gradient[row * channels + c];
                sum[c] += slope;
                product[c] += slope * (from[row * channels + c] - mean[c]);
            }
        }
    }

    private static float* Start(TensorBuffer buffer, int channels, int block) => buffer.Pointer + (nint)block * BlockRows * channels;

    private static float* Clear(TensorBuffer sums, int channels, int block)
    {
        var to = sums.Pointer + (nint)block * channels;
        new Span<float>(to, channels).Clear();
        return to;
    }
}

/// <summary>Per channel: the batch's mean, weight/√(variance + ε), the mean of dy, and mean(dy · (x − mean)) / (variance + ε).</summary>
internal readonly record struct BatchNormBack(TensorBuffer Mean, TensorBuffer Scale, TensorBuffer GradientMean, TensorBuffer Slope);
