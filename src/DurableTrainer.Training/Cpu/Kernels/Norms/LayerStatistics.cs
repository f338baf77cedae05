using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>
/// Layer normalisation of rows. Sums over rows, for the parameters, go in blocks of <see cref="BlockRows"/> that are added up in order,
/// which makes the result independent of the number of threads.
/// </summary>
internal static unsafe class LayerStatistics
{
    public const int BlockRows = 128;

    public static int Blocks(int rows) => (rows + BlockRows - 1) / BlockRows;

    /// <summary>Floats of one row of sums: features, up to a whole vector.</summary>
    public static int SumsLength(int features) => (features + 15) / 16 * 16;

    /// <summary>y ← w · (x − mean) · inverse + b over a block's rows, whose mean and inverse deviation are kept.</summary>
    /// <param name="x"><c>[rows, features]</c></param>
    /// <param name="weight"><c>[features]</c></param>
    /// <param name="bias"><c>[features]</c></param>
    /// <param name="y"><c>[rows, features]</c></param>
    /// <param name="moments">Gets <c>[rows, 2]</c>: mean, 1 / √(variance + ε).</param>
    /// <param name="rows">Of the batch.</param>
    /// <param name="features">Of a row.</param>
    /// <param name="epsilon">ε</param>
    /// <param name="block">Which rows.</param>
    public static void Normalize(
        TensorBuffer x, TensorBuffer weight, TensorBuffer bias, TensorBuffer y, TensorBuffer moments, int rows, int features,
        double epsilon, int block)
    {
        float* w = weight.Pointer, b = bias.Pointer;
        for (int row = block * BlockRows, end = Math.Min(rows, row + BlockRows); row < end; row++)
        {
            float* from = x.Pointer + (nint)row * features, to = y.Pointer + (nint)row * features;
            var sum = Vector512<float>.Zero;
            for (var i = 0; i < features; i += 16)
                sum += Rows.Load(from + i, features - i);
            var mean = Vector512.Sum(sum) / features;
            var squares = Vector512<float>.Zero;
            for (var i = 0; i < features; i += 16)
            {
                var difference = Vector512.Load(from + i) - Vector512.Create(mean);
                difference = features - i >= 16 ? difference : Rows.First(difference, features - i, Vector512<float>.Zero);
                squares += difference * difference;
            }

            var inverse = (float)(1 / Math.Sqrt(Vector512.Sum(squares) / features + epsilon));
            for (var i = 0; i < features; i += 16)
            {
                var normal = (Vector512.Load(from + i) - Vector512.Create(mean)) * inverse;
                Rows.Store(Vector512.FusedMultiplyAdd(normal, Vector512.Load(w + i), Vector512.Load(b + i)), to + i, features - i);
            }

            moments.Pointer[2 * row] = mean;
            moments.Pointer[2 * row + 1] = inverse;
        }
    }

    /// <summary>
    /// dx ← inverse · (g − mean(g) − n · mean(g n)) over a block's rows, where g = w dy and n = (x − mean) · inverse.
    /// </summary>
    public static void NormalizeBack(
        TensorBuffer dy, TensorBuffer x, TensorBuffer weight, TensorBuffer moments, TensorBuffer dx, int rows, int features, int block)
    {
        var w = weight.Pointer;
        for (int row = block * BlockRows, end = Math.Min(rows, row + BlockRows); row < end; row++)
        {
            float* gradient = dy.Pointer + (nint)row * features, from = x.Pointer + (nint)row * features;
            var to = dx.Pointer + (nint)row * features;
            var (mean, inverse) = (Vector512.Create(moments.Pointer[2 * row]), Vector512.Create(moments.Pointer[2 * row + 1]));
            Vector512<float> sum = Vector512<float>.Zero, products = Vector512<float>.Zero;
            for (var i = 0; i < features; i += 16)
            {
                var g = Rows.Load(gradient + i, features - i) * Vector512.Load(w + i);
                var n = (Rows.Load(from + i, features - i) - mean) * inverse;
                sum += g;
                products = Vector512.FusedMultiplyAdd(g, n, products);
            }

            var shift = Vector512.Create(Vector512.Sum(sum) / features);
            var slope = Vector512.Create(Vector512.Sum(products) / features);
            for (var i = 0; i < features; i += 16)
            {
                var g = Vector512.Load(gradient + i) * Vector512.Load(w + i);
                var n = (Vector512.Load(from + i) - mean) * inverse;
                Rows.Store(inverse * (g - shift - n * slope), to + i, features - i);
            }
        }
    }

    /// <summary>sums[block] ← Σ dy · n, then Σ dy, over the block's rows.</summary>
    public static void SumGradients(TensorBuffer dy, TensorBuffer x, TensorBuffer moments, int rows, int features, TensorBuffer sums, int block)
    {
        var length = SumsLength(features);
        float* to = sums.Pointer + (nint)block * 2 * length, m = moments.Pointer;
        for (var i = 0; i < features; i += 16)
        {
            // Values beyond the row's end only reach sums that nobody reads.
            Vector512<float> weight = Vector512<float>.Zero, bias = Vector512<float>.Zero;
            for (int row = block * BlockRows, end = Math.Min(rows, row + BlockRows); row < end; row++)
            {
                var gradient = Vector512.Load(dy.Pointer + (nint)row * features + i);
                var n = (Vector512.Load(x.Pointer + (nint)row * features + i) - Vector512.Create(m[2 * row])) * m[2 * row + 1];
                weight = Vector512.FusedMultiplyAdd(gradient, n, weight);
                bias += gradient;
            }

            weight.Store(to + i);
            bias.Store(to + length + i);
        }
    }
}
