using System.Numerics;
using System.Runtime.InteropServices;

namespace DurableTrainer.Tuning.Models;

/// <summary>Matérn's correlation with ν = 5/2 (Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, eq. 4.17).</summary>
internal static class Matern
{
    private static readonly double Root5 = Math.Sqrt(5);

    /// <summary>Replaces squared distances r² by correlations.</summary>
    /// <param name="squares">r², in units of the length scale.</param>
    /// <param name="slopes">Gets -2 times the derivatives of the correlations by r².</param>
    public static void Apply(Span<double> squares, Span<double> slopes)
    {
        var s = MemoryMarshal.Cast<double, Vector<double>>(squares);
        var g = MemoryMarshal.Cast<double, Vector<double>>(slopes[..squares.Length]);
        for (var i = 0; i < s.Length; i++)
        {
            var r = new Vector<double>(Root5) * Vector.SquareRoot(s[i]);
            var decay = Decay.Of(-r);
            var slope = (Vector<double>.One + r) * decay;
            g[i] = new Vector<double>(5.0 / 3) * slope;
            s[i] = slope + r * r * decay * (1.0 / 3);
        }

        for (var i = s.Length * Vector<double>.Count; i < squares.Length; i++)
        {
            var r = Root5 * Math.Sqrt(squares[i]);
            var decay = Math.Exp(-r);
            var slope = (1 + r) * decay;
            slopes[i] = 5.0 / 3 * slope;
            squares[i] = slope + r * r * decay / 3;
        }
    }

    /// <summary>Adds the correlations at distances, which stay as they are.</summary>
    /// <param name="distances">r.</param>
    /// <param name="weight">What their squares are multiplied by first: the inverse square of a length scale.</param>
    /// <param name="share">What the correlations are multiplied by.</param>
    /// <param name="sum">What they are added to.</param>
    /// <param name="slopes">As in <see cref="Apply"/>.</param>
    public static void Add(ReadOnlySpan<double> distances, double weight, double share, Span<double> sum, Span<double> slopes)
    {
        var d = MemoryMarshal.Cast<double, Vector<double>>(distances);
        var t = MemoryMarshal.Cast<double, Vector<double>>(sum[..distances.Length]);
        var g = MemoryMarshal.Cast<double, Vector<double>>(slopes[..distances.Length]);
        var scale = Root5 * Math.Sqrt(weight);
        var (scales, shares) = (new Vector<double>(scale), new Vector<double>(share));
        for (var i = 0; i < d.Length; i++)
        {
            var r = scales * d[i];
            var decay = Decay.Of(-r);
            var slope = (Vector<double>.One + r) * decay;
            g[i] = new Vector<double>(5.0 / 3) * slope;
            t[i] += shares * (slope + r * r * decay * (1.0 / 3));
        }

        for (var i = d.Length * Vector<double>.Count; i < distances.Length; i++)
        {
            var r = scale * distances[i];
            var decay = Math.Exp(-r);
            var slope = (1 + r) * decay;
            slopes[i] = 5.0 / 3 * slope;
            sum[i] += share * (slope + r * r * decay / 3);
        }
    }

    /// <summary>Adds a share of the correlations at distances along one coordinate, and the squares of these to those along others.</summary>
    /// <param name="elements">Coordinates.</param>
    /// <param name="value">What they are compared with.</param>
    /// <param name="weight">What the squared distances are multiplied by for the correlations: the inverse square of a length scale.</param>
    /// <param name="share">What the correlations are multiplied by.</param>
    /// <param name="sum">What they are added to.</param>
    /// <param name="squareWeight">What the squared distances are multiplied by for their sum.</param>
    /// <param name="squares">What they are added to.</param>
    public static void AddAlong(
        ReadOnlySpan<double> elements, double value, double weight, double share, Span<double> sum, double squareWeight, Span<double> squares)
    {
        var e = MemoryMarshal.Cast<double, Vector<double>>(elements);
        var t = MemoryMarshal.Cast<double, Vector<double>>(sum[..elements.Length]);
        var q = MemoryMarshal.Cast<double, Vector<double>>(squares[..elements.Length]);
        var scale = Root5 * Math.Sqrt(weight);
        Vector<double> values = new(value), scales = new(scale), shares = new(share), weights = new(squareWeight);
        for (var i = 0; i < e.Length; i++)
        {
            var distance = Vector.Abs(e[i] - values);
            var r = scales * distance;
            q[i] += weights * distance * distance;
            t[i] += shares * (Vector<double>.One + r + r * r * (1.0 / 3)) * Decay.Of(-r);
        }

        for (var i = e.Length * Vector<double>.Count; i < elements.Length; i++)
        {
            var distance = Math.Abs(elements[i] - value);
            var r = scale * distance;
            squares[i] += squareWeight * distance * distance;
            sum[i] += share * (1 + r + r * r / 3) * Math.Exp(-r);
        }
    }

    /// <summary>Adds a share of the correlations at squared distances.</summary>
    /// <param name="squares">r², in units of the length scale.</param>
    /// <param name="share">What the correlations are multiplied by.</param>
    /// <param name="sum">What they are added to.</param>
    public static void Add(ReadOnlySpan<double> squares, double share, Span<double> sum)
    {
        var s = MemoryMarshal.Cast<double, Vector<double>>(squares);
        var t = MemoryMarshal.Cast<double, Vector<double>>(sum[..squares.Length]);
        Vector<double> root5 = new(Root5), shares = new(share);
        for (var i = 0; i < s.Length; i++)
        {
            var r = root5 * Vector.SquareRoot(s[i]);
            t[i] += shares * (Vector<double>.One + r + r * r * (1.0 / 3)) * Decay.Of(-r);
        }

        for (var i = s.Length * Vector<double>.Count; i < squares.Length; i++)
            sum[i] += share * Of(squares[i]);
    }

    /// <summary>The correlation at a squared distance in units of the length scale.</summary>
    public static double Of(double square)
    {
        var r = Root5 * Math.Sqrt(square);
        return (1 + r + r * r / 3) * Math.Exp(-r);
    }
}
