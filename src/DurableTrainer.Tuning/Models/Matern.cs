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
}
