using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>
/// Some queries' scores of all keys that they see, <c>[keys, panel]</c>: a column belongs to a query, so that sums over keys go down and
/// sixteen queries share a vector.
/// </summary>
/// <param name="Offset">Of the first score in its buffer.</param>
/// <param name="Keys">Rows.</param>
/// <param name="FirstQuery">Which query the first column belongs to.</param>
/// <param name="Queries">Columns, at most <see cref="PackedMatrix.PanelWidth"/>.</param>
/// <param name="Causal">Whether a query sees only keys up to its own place.</param>
internal readonly unsafe record struct AttentionScores(int Offset, int Keys, int FirstQuery, int Queries, bool Causal)
{
    private const int Width = PackedMatrix.PanelWidth;

    /// <summary>
    /// Scores s become e^(scale·s − m), where m is the query's largest, with zeros for keys that it does not see.
    /// </summary>
    /// <param name="scores">The buffer.</param>
    /// <param name="scale">1 / √(width of a head)</param>
    /// <param name="inverseSums">Gets one over each query's sum.</param>
    /// <param name="inverseSumsOffset">Where in <paramref name="inverseSums"/>.</param>
    /// <param name="logSums">Gets log Σ e^(scale·s) of each query: all that the way back needs to make the weights again.</param>
    /// <param name="logSumsOffset">Where in <paramref name="logSums"/>.</param>
    public void Weigh(
        TensorBuffer scores, float scale, TensorBuffer inverseSums, int inverseSumsOffset, TensorBuffer logSums, int logSumsOffset)
    {
        for (var column = 0; column < Queries; column += 16)
        {
            var t = scores.Pointer + Offset + column;
            var (whole, seen) = Seen(column);
            var largest = Vector512.Create(float.NegativeInfinity);
            for (var key = 0; key < whole; key++)
                largest = Vector512.MaxNative(Vector512.Load(t + key * Width), largest);
            for (var key = whole; key < seen; key++)
                largest = Vector512.MaxNative(Mask(Vector512.Load(t + key * Width), key, column, float.NegativeInfinity), largest);
            var shift = largest * scale;
            var sum = Vector512<float>.Zero;
            for (var key = 0; key < whole; key++)
            {
                var weight = Functions.Exp(Vector512.Load(t + key * Width) * scale - shift);
                weight.Store(t + key * Width);
                sum += weight;
            }

            for (var key = whole; key < seen; key++)
            {
                var weight = Mask(Functions.Exp(Vector512.Load(t + key * Width) * scale - shift), key, column, 0);
                weight.Store(t + key * Width);
                sum += weight;
            }

            for (var key = seen; key < Keys; key++)
                Vector512<float>.Zero.Store(t + key * Width);
            (Vector512<float>.One / sum).Store(inverseSums.Pointer + inverseSumsOffset + column);
            Rows.Store(shift + Vector512.Log(sum), logSums.Pointer + logSumsOffset + column, Queries - column);
        }
    }

    /// <summary>Multiplies each query's row by its factor.</summary>
    public static void ScaleRows(in Matrix rows, TensorBuffer factors, int factorsOffset)
    {
        for (var row = 0; row < rows.Rows; row++)
        {
            var to = rows.Buffer.Pointer + rows.Offset + (nint)row * rows.RowStride;
            Rows.Scale(to, factors.Pointer[factorsOffset + row], rows.Columns);
        }
    }

    /// <summary>
    /// Scores become weights p again, and their gradients dp those of the scores before scaling: scale · p (dp − Σ p dp).
    /// </summary>
    public void WeighBack(
        TensorBuffer scores, TensorBuffer gradients, float scale, TensorBuffer logSums, int logSumsOffset)
    {
        for (var column = 0; column < Queries; column += 16)
        {
            float* t = scores.Pointer + Offset + column, g = gradients.Pointer + Offset + column;
            var (whole, seen) = Seen(column);
            var logSum = Vector512.Load(logSums.Pointer + logSumsOffset + column);
            var sum = Vector512<float>.Zero;
            for (var key = 0; key < seen; key++)
            {
                var weight = Functions.Exp(Vector512.Load(t + key * Width) * scale - logSum);
                if (key >= whole)
                    weight = Mask(weight, key, column, 0);
                weight.Store(t + key * Width);
                sum = Vector512.FusedMultiplyAdd(weight, Vector512.Load(g + key * Width), sum);
            }

            for (var key = 0; key < seen; key++)
            {
                var slope = Vector512.Load(t + key * Width) * scale * (Vector512.Load(g + key * Width) - sum);
                slope.Store(g + key * Width);
            }

            for (var key = seen; key < Keys; key++)
            {
                Vector512<float>.Zero.Store(t + key * Width);
                Vector512<float>.Zero.Store(g + key * Width);
            }
        }
    }

    /// <summary>Of sixteen columns: how many keys all of their queries see, and how many one of them does.</summary>
    private (int Whole, int Seen) Seen(int column) =>
        Causal ? (Math.Min(Keys, FirstQuery + column + 1), Math.Min(Keys, FirstQuery + column + 16)) : (Keys, Keys);

    private Vector512<float> Mask(Vector512<float> values, int key, int column, float hidden)
    {
        var queries = Vector512<int>.Indices + Vector512.Create(FirstQuery + column);
        var sees = Vector512.GreaterThanOrEqual(queries, Vector512.Create(key));
        return Vector512.ConditionalSelect(sees.AsSingle(), values, Vector512.Create(hidden));
    }
}
