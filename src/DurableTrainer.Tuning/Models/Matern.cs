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
            var decay = Vector.Exp(-r);
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

    /// <summary>Adds a share of the correlations at squared distances, which stay as they are.</summary>
    /// <param name="squares">r².</param>
    /// <param name="weight">What they are multiplied by first: the inverse square of a length scale.</param>
    /// <param name="share">What the correlations are multiplied by.</param>
    /// <param name="sum">What they are added to.</param>
    /// <param name="slopes">As in <see cref="Apply"/>.</param>
    public static void Add(ReadOnlySpan<double> squares, double weight, double share, Span<double> sum, Span<double> slopes)
    {
        var s = MemoryMarshal.Cast<double, Vector<double>>(squares);
        var t = MemoryMarshal.Cast<double, Vector<double>>(sum[..squares.Length]);
        var g = MemoryMarshal.Cast<double, Vector<double>>(slopes[..squares.Length]);
        var (factor, shares) = (new Vector<double>(Root5 * Math.Sqrt(weight)), new Vector<double>(share));
        for (var i = 0; i < s.Length; i++)
        {
            var r = factor * Vector.SquareRoot(s[i]);
            var decay = Vector.Exp(-r);
            var slope = (Vector<double>.One + r) * decay;
            g[i] = new Vector<double>(5.0 / 3) * slope;
            t[i] += shares * (slope + r * r * decay * (1.0 / 3));
        }

        for (var i = s.Length * Vector<double>.Count; i < squares.Length; i++)
        {
            var r = Root5 * Math.Sqrt(weight * squares[i]);
            var decay = Math.Exp(-r);
            var slope = (1 + r) * decay;
            slopes[i] = 5.0 / 3 * slope;
            sum[i] += share * (slope + r * r * decay / 3);
        }
    }
}
