using System.Numerics;
using System.Runtime.InteropServices;

namespace DurableTrainer.Tuning.Models;

/// <summary>Sums over vectors of numbers, in the widest registers of the machine.</summary>
internal static class Vectors
{
    public static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        var a = MemoryMarshal.Cast<double, Vector<double>>(left);
        var b = MemoryMarshal.Cast<double, Vector<double>>(right[..left.Length]);
        // Two sums, so that an addition need not wait for the one before.
        Vector<double> even = Vector<double>.Zero, odd = Vector<double>.Zero;
        var i = 0;
        for (; i + 1 < a.Length; i += 2)
        {
            even += a[i] * b[i];
            odd += a[i + 1] * b[i + 1];
        }

        if (i < a.Length)
            even += a[i] * b[i];
        var sum = Vector.Sum(even + odd);
        for (var rest = a.Length * Vector<double>.Count; rest < left.Length; rest++)
            sum += left[rest] * right[rest];
        return sum;
    }

    /// <summary>Adds <paramref name="factor"/> times <paramref name="source"/> to <paramref name="target"/>.</summary>
    public static void AddScaled(Span<double> target, ReadOnlySpan<double> source, double factor)
    {
        var t = MemoryMarshal.Cast<double, Vector<double>>(target);
        var s = MemoryMarshal.Cast<double, Vector<double>>(source[..target.Length]);
        var factors = new Vector<double>(factor);
        for (var i = 0; i < t.Length; i++)
            t[i] += s[i] * factors;
        for (var rest = t.Length * Vector<double>.Count; rest < target.Length; rest++)
            target[rest] += source[rest] * factor;
    }

    /// <summary>Multiplies <paramref name="target"/> by <paramref name="factors"/>, element by element.</summary>
    public static void Multiply(Span<double> target, ReadOnlySpan<double> factors)
    {
        var t = MemoryMarshal.Cast<double, Vector<double>>(target);
        var f = MemoryMarshal.Cast<double, Vector<double>>(factors[..target.Length]);
        for (var i = 0; i < t.Length; i++)
            t[i] *= f[i];
        for (var rest = t.Length * Vector<double>.Count; rest < target.Length; rest++)
            target[rest] *= factors[rest];
    }

    /// <summary>Multiplies every element by <paramref name="factor"/>.</summary>
    public static void Scale(Span<double> target, double factor)
    {
        var t = MemoryMarshal.Cast<double, Vector<double>>(target);
        for (var i = 0; i < t.Length; i++)
            t[i] *= factor;
        for (var rest = t.Length * Vector<double>.Count; rest < target.Length; rest++)
            target[rest] *= factor;
    }

    /// <summary>The squares of the differences of the elements from <paramref name="value"/>.</summary>
    public static void SquareDifferences(ReadOnlySpan<double> elements, double value, Span<double> squares)
    {
        var e = MemoryMarshal.Cast<double, Vector<double>>(elements);
        var s = MemoryMarshal.Cast<double, Vector<double>>(squares[..elements.Length]);
        var values = new Vector<double>(value);
        for (var i = 0; i < e.Length; i++)
            s[i] = (e[i] - values) * (e[i] - values);
        for (var rest = e.Length * Vector<double>.Count; rest < elements.Length; rest++)
            squares[rest] = (elements[rest] - value) * (elements[rest] - value);
    }
}
