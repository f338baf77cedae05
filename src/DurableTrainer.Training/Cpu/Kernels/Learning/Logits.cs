using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>
/// Rows of logits, one for each class. Exponentials are taken in 32 bits and summed up in 64; what is not finite shows in the sum.
/// </summary>
internal static unsafe class Logits
{
    /// <summary>
    /// −Σ qᵢ log softmax(logits)ᵢ, where q is smoothing/classes for every class, and 1 − smoothing more for the label's.
    /// </summary>
    /// <param name="logits">One row.</param>
    /// <param name="label">An index of it.</param>
    /// <param name="smoothing">ε, in [0, 1).</param>
    /// <param name="gradient">Gets scale · (softmax(logits) − q); not touched when empty.</param>
    /// <param name="scale">What the gradient is multiplied by.</param>
    public static double CrossEntropy(ReadOnlySpan<float> logits, int label, double smoothing, Span<float> gradient, double scale)
    {
        fixed (float* x = logits, to = gradient)
        {
            var largest = Largest(x, logits.Length);
            var total = Exponentials(x, logits.Length, largest, to);
            var loss = Math.Log(total) - (1 - smoothing) * ((double)x[label] - largest);
            if (smoothing > 0)
                loss -= smoothing * SumOfDifferences(x, logits.Length, largest) / logits.Length;
            if (to is not null)
            {
                Spread(to, logits.Length, (float)(scale / total), (float)(scale * smoothing / logits.Length));
                to[label] -= (float)(scale * (1 - smoothing));
            }

            return loss;
        }
    }

    /// <summary>Of equal ones the first; 0 when one is not a number.</summary>
    public static int IndexOfLargest(ReadOnlySpan<float> logits)
    {
        fixed (float* x = logits)
        {
            var largest = Vector512.Create(Largest(x, logits.Length));
            for (var i = 0; i < logits.Length; i += 16)
            {
                var equal = Vector512.Equals(From(x, i, logits.Length, float.NaN), largest);
                if (equal != Vector512<float>.Zero)
                    return i + System.Numerics.BitOperations.TrailingZeroCount(equal.ExtractMostSignificantBits());
            }

            return 0;
        }
    }

    /// <summary>How many classes come before one when they are sorted by their logits, the largest first and of equal ones the first.</summary>
    public static int Rank(ReadOnlySpan<float> logits, int of)
    {
        fixed (float* x = logits)
        {
            var value = Vector512.Create(x[of]);
            var rank = 0;
            for (var i = 0; i < of; i += 16)
                rank += Count(Vector512.GreaterThanOrEqual(From(x, i, of, float.NaN), value));
            for (var i = of + 1; i < logits.Length; i += 16)
                rank += Count(Vector512.GreaterThan(From(x, i, logits.Length, float.NaN), value));
            return rank;
        }
    }

    private static float Largest(float* x, int count)
    {
        var largest = Vector512.Create(float.NegativeInfinity);
        for (var i = 0; i < count; i += 16)
            largest = Vector512.Max(largest, From(x, i, count, float.NegativeInfinity));
        var half = Vector256.Max(largest.GetLower(), largest.GetUpper());
        var quarter = Vector128.Max(half.GetLower(), half.GetUpper());
        return MathF.Max(MathF.Max(quarter[0], quarter[1]), MathF.Max(quarter[2], quarter[3]));
    }

    /// <summary>Σ exp(xᵢ − shift), each of which goes to <paramref name="to"/> unless that is null.</summary>
    private static double Exponentials(float* x, int count, float shift, float* to)
    {
        var sum = Vector512<double>.Zero;
        for (var i = 0; i < count; i += 16)
        {
            var values = Functions.Exp(From(x, i, count, float.NegativeInfinity) - Vector512.Create(shift));
            if (to is not null)
                To(to, i, count, values);
            var (low, high) = Vector512.Widen(values);
            sum += low + high;
        }

        return Vector512.Sum(sum);
    }

    private static double SumOfDifferences(float* x, int count, float shift)
    {
        var sum = Vector512<double>.Zero;
        for (var i = 0; i < count; i += 16)
        {
            var (low, high) = Vector512.Widen(From(x, i, count, shift) - Vector512.Create(shift));
            sum += low + high;
        }

        return Vector512.Sum(sum);
    }

    /// <summary>values ← factor · values − less</summary>
    private static void Spread(float* values, int count, float factor, float less)
    {
        for (var i = 0; i < count; i += 16)
            To(values, i, count, factor * From(values, i, count, 0) - Vector512.Create(less));
    }

    private static int Count(Vector512<float> mask) => System.Numerics.BitOperations.PopCount(mask.ExtractMostSignificantBits());

    /// <summary>Sixteen values from an index on, with others in the place of those past the end.</summary>
    private static Vector512<float> From(float* x, int index, int count, float rest)
    {
        if (index <= count - 16)
            return Vector512.Load(x + index);
        var values = Vector512.Create(rest);
        new ReadOnlySpan<float>(x + index, count - index).CopyTo(new Span<float>(&values, 16));
        return values;
    }

    private static void To(float* to, int index, int count, Vector512<float> values)
    {
        if (index <= count - 16)
            values.Store(to + index);
        else
            new ReadOnlySpan<float>(&values, count - index).CopyTo(new Span<float>(to + index, count - index));
    }
}
