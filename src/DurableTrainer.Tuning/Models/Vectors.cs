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

    /// <summary>The sum of the products of the elements of three vectors.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b, ReadOnlySpan<double> c)
    {
        var va = MemoryMarshal.Cast<double, Vector<double>>(a);
        var vb = MemoryMarshal.Cast<double, Vector<double>>(b[..a.Length]);
        var vc = MemoryMarshal.Cast<double, Vector<double>>(c[..a.Length]);
        Vector<double> even = Vector<double>.Zero, odd = Vector<double>.Zero;
        var i = 0;
        for (; i + 1 < va.Length; i += 2)
        {
            even += va[i] * vb[i] * vc[i];
            odd += va[i + 1] * vb[i + 1] * vc[i + 1];
        }

        if (i < va.Length)
            even += va[i] * vb[i] * vc[i];
        var sum = Vector.Sum(even + odd);
        for (var rest = va.Length * Vector<double>.Count; rest < a.Length; rest++)
            sum += a[rest] * b[rest] * c[rest];
        return sum;
    }

    /// <summary>The products of one vector with each of four, which is read once for all of them.</summary>
    public static (double A, double B, double C, double D) Dot(
        ReadOnlySpan<double> left, ReadOnlySpan<double> a, ReadOnlySpan<double> b, ReadOnlySpan<double> c, ReadOnlySpan<double> d)
    {
        var l = MemoryMarshal.Cast<double, Vector<double>>(left);
        var va = MemoryMarshal.Cast<double, Vector<double>>(a[..left.Length]);
        var vb = MemoryMarshal.Cast<double, Vector<double>>(b[..left.Length]);
        var vc = MemoryMarshal.Cast<double, Vector<double>>(c[..left.Length]);
        var vd = MemoryMarshal.Cast<double, Vector<double>>(d[..left.Length]);
        Vector<double> sumA = Vector<double>.Zero, sumB = Vector<double>.Zero, sumC = Vector<double>.Zero, sumD = Vector<double>.Zero;
        for (var i = 0; i < l.Length; i++)
        {
            sumA += l[i] * va[i];
            sumB += l[i] * vb[i];
            sumC += l[i] * vc[i];
            sumD += l[i] * vd[i];
        }

        var sums = (A: Vector.Sum(sumA), B: Vector.Sum(sumB), C: Vector.Sum(sumC), D: Vector.Sum(sumD));
        for (var rest = l.Length * Vector<double>.Count; rest < left.Length; rest++)
            sums = (sums.A + left[rest] * a[rest], sums.B + left[rest] * b[rest], sums.C + left[rest] * c[rest], sums.D + left[rest] * d[rest]);
        return sums;
    }

    /// <summary>The products of each of two vectors with each of four; all are read once.</summary>
    /// <param name="first">One of the two.</param>
    /// <param name="second">The other, as long.</param>
    /// <param name="a">Each of the four is at least as long.</param>
    /// <param name="b">See <paramref name="a"/>.</param>
    /// <param name="c">See <paramref name="a"/>.</param>
    /// <param name="d">See <paramref name="a"/>.</param>
    /// <param name="firstProducts">Gets four.</param>
    /// <param name="secondProducts">Gets four.</param>
    public static void Dot(
        ReadOnlySpan<double> first,
        ReadOnlySpan<double> second,
        ReadOnlySpan<double> a,
        ReadOnlySpan<double> b,
        ReadOnlySpan<double> c,
        ReadOnlySpan<double> d,
        Span<double> firstProducts,
        Span<double> secondProducts)
    {
        var f = MemoryMarshal.Cast<double, Vector<double>>(first);
        var s = MemoryMarshal.Cast<double, Vector<double>>(second[..first.Length]);
        var va = MemoryMarshal.Cast<double, Vector<double>>(a[..first.Length]);
        var vb = MemoryMarshal.Cast<double, Vector<double>>(b[..first.Length]);
        var vc = MemoryMarshal.Cast<double, Vector<double>>(c[..first.Length]);
        var vd = MemoryMarshal.Cast<double, Vector<double>>(d[..first.Length]);
        Vector<double> fa = Vector<double>.Zero, fb = fa, fc = fa, fd = fa, sa = fa, sb = fa, sc = fa, sd = fa;
        for (var i = 0; i < f.Length; i++)
        {
            var (l, r, x) = (f[i], s[i], va[i]);
            fa = Vector.FusedMultiplyAdd(l, x, fa);
            sa = Vector.FusedMultiplyAdd(r, x, sa);
            x = vb[i];
            fb = Vector.FusedMultiplyAdd(l, x, fb);
            sb = Vector.FusedMultiplyAdd(r, x, sb);
            x = vc[i];
            fc = Vector.FusedMultiplyAdd(l, x, fc);
            sc = Vector.FusedMultiplyAdd(r, x, sc);
            x = vd[i];
            fd = Vector.FusedMultiplyAdd(l, x, fd);
            sd = Vector.FusedMultiplyAdd(r, x, sd);
        }

        (firstProducts[0], firstProducts[1], firstProducts[2], firstProducts[3]) = (Vector.Sum(fa), Vector.Sum(fb), Vector.Sum(fc), Vector.Sum(fd));
        (secondProducts[0], secondProducts[1], secondProducts[2], secondProducts[3]) = (Vector.Sum(sa), Vector.Sum(sb), Vector.Sum(sc), Vector.Sum(sd));
        for (var rest = f.Length * Vector<double>.Count; rest < first.Length; rest++)
        {
            var (l, r) = (first[rest], second[rest]);
            firstProducts[0] += l * a[rest];
            firstProducts[1] += l * b[rest];
            firstProducts[2] += l * c[rest];
            firstProducts[3] += l * d[rest];
            secondProducts[0] += r * a[rest];
            secondProducts[1] += r * b[rest];
            secondProducts[2] += r * c[rest];
            secondProducts[3] += r * d[rest];
        }
    }

    /// <summary>Adds four vectors, each times its factor, to <paramref name="target"/>, which is written once for all of them.</summary>
    public static void AddScaled(
        Span<double> target, ReadOnlySpan<double> a, ReadOnlySpan<double> b, ReadOnlySpan<double> c, ReadOnlySpan<double> d, ReadOnlySpan<double> factors)
    {
        var t = MemoryMarshal.Cast<double, Vector<double>>(target);
        var va = MemoryMarshal.Cast<double, Vector<double>>(a[..target.Length]);
        var vb = MemoryMarshal.Cast<double, Vector<double>>(b[..target.Length]);
        var vc = MemoryMarshal.Cast<double, Vector<double>>(c[..target.Length]);
        var vd = MemoryMarshal.Cast<double, Vector<double>>(d[..target.Length]);
        Vector<double> fa = new(factors[0]), fb = new(factors[1]), fc = new(factors[2]), fd = new(factors[3]);
        for (var i = 0; i < t.Length; i++)
            t[i] += va[i] * fa + vb[i] * fb + (vc[i] * fc + vd[i] * fd);
        for (var rest = t.Length * Vector<double>.Count; rest < target.Length; rest++)
            target[rest] += a[rest] * factors[0] + b[rest] * factors[1] + (c[rest] * factors[2] + d[rest] * factors[3]);
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

    /// <summary>Adds <paramref name="value"/> to every element.</summary>
    public static void Add(Span<double> target, double value)
    {
        var t = MemoryMarshal.Cast<double, Vector<double>>(target);
        var values = new Vector<double>(value);
        for (var i = 0; i < t.Length; i++)
            t[i] += values;
        for (var rest = t.Length * Vector<double>.Count; rest < target.Length; rest++)
            target[rest] += value;
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

    /// <summary>Replaces every element by its exponential.</summary>
    public static void Exponentiate(Span<double> target)
    {
        var t = MemoryMarshal.Cast<double, Vector<double>>(target);
        for (var i = 0; i < t.Length; i++)
            t[i] = Vector.Exp(t[i]);
        for (var rest = t.Length * Vector<double>.Count; rest < target.Length; rest++)
            target[rest] = Math.Exp(target[rest]);
    }

    /// <summary>Adds the squares of the elements of a vector, times <paramref name="factor"/>, to <paramref name="target"/>.</summary>
    public static void AddSquares(Span<double> target, ReadOnlySpan<double> source, double factor)
    {
        var t = MemoryMarshal.Cast<double, Vector<double>>(target);
        var s = MemoryMarshal.Cast<double, Vector<double>>(source[..target.Length]);
        var factors = new Vector<double>(factor);
        for (var i = 0; i < t.Length; i++)
            t[i] += s[i] * s[i] * factors;
        for (var rest = t.Length * Vector<double>.Count; rest < target.Length; rest++)
            target[rest] += source[rest] * source[rest] * factor;
    }

    /// <summary>How far the elements are from <paramref name="value"/>.</summary>
    public static void Distances(ReadOnlySpan<double> elements, double value, Span<double> distances)
    {
        var e = MemoryMarshal.Cast<double, Vector<double>>(elements);
        var d = MemoryMarshal.Cast<double, Vector<double>>(distances[..elements.Length]);
        var values = new Vector<double>(value);
        for (var i = 0; i < e.Length; i++)
            d[i] = Vector.Abs(e[i] - values);
        for (var rest = e.Length * Vector<double>.Count; rest < elements.Length; rest++)
            distances[rest] = Math.Abs(elements[rest] - value);
    }

    /// <summary>1 for each element that is farther from <paramref name="value"/> than <paramref name="tolerance"/>, 0 for the others.</summary>
    public static void Differ(ReadOnlySpan<double> elements, double value, double tolerance, Span<double> differ)
    {
        var e = MemoryMarshal.Cast<double, Vector<double>>(elements);
        var d = MemoryMarshal.Cast<double, Vector<double>>(differ[..elements.Length]);
        Vector<double> values = new(value), tolerances = new(tolerance);
        for (var i = 0; i < e.Length; i++)
            d[i] = Vector.ConditionalSelect(Vector.GreaterThan(Vector.Abs(e[i] - values), tolerances), Vector<double>.One, Vector<double>.Zero);
        for (var rest = e.Length * Vector<double>.Count; rest < elements.Length; rest++)
            differ[rest] = Math.Abs(elements[rest] - value) > tolerance ? 1 : 0;
    }
}
