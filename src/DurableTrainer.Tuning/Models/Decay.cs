using System.Numerics;
using System.Runtime.CompilerServices;

namespace DurableTrainer.Tuning.Models;

/// <summary>The exponential of numbers that are not positive, as exact as a double can hold but for its last digit.</summary>
/// <remarks>
/// Own code where <see cref="Vector.Exp(Vector{double})"/> would do, since a proposal takes millions of them: there every vector is a call that also looks for
/// numbers which a distance never is. A prediction from 300 points takes a third less time.
/// </remarks>
internal static class Decay
{
    /// <summary>Beyond it, the result is as good as zero, and nearly no double any more.</summary>
    private const double Farthest = 700;

    /// <summary>Added to a number, leaves its nearest whole number in the lowest bits.</summary>
    private const double Rounding = 6755399441055744;

    private const double Log2OfE = 1.4426950408889634;

    /// <summary>The logarithm of 2 in two parts: whole numbers times the first are exact.</summary>
    private const double Log2High = 0.693147180369123816490;

    private const double Log2Low = 1.90821492927058770002e-10;
    private const int ExponentBias = 1023;
    private const int MantissaBits = 52;

    /// <summary>e to the power of <paramref name="exponents"/>, none of which is positive or not a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<double> Of(Vector<double> exponents)
    {
        // e^x = 2^n e^f, with n whole and f small.
        var x = Vector.Max(exponents, new Vector<double>(-Farthest));
        var shifted = Vector.FusedMultiplyAdd(x, new Vector<double>(Log2OfE), new Vector<double>(Rounding));
        var n = shifted - new Vector<double>(Rounding);
        var f = Vector.FusedMultiplyAdd(n, new Vector<double>(-Log2High), x);
        f = Vector.FusedMultiplyAdd(n, new Vector<double>(-Log2Low), f);
        // Taylor's series, the last terms first: what is left out is lost in rounding.
        var sum = new Vector<double>(1.0 / 479001600);
        sum = Vector.FusedMultiplyAdd(sum, f, new Vector<double>(1.0 / 39916800));
        sum = Vector.FusedMultiplyAdd(sum, f, new Vector<double>(1.0 / 3628800));
        sum = Vector.FusedMultiplyAdd(sum, f, new Vector<double>(1.0 / 362880));
        sum = Vector.FusedMultiplyAdd(sum, f, new Vector<double>(1.0 / 40320));
        sum = Vector.FusedMultiplyAdd(sum, f, new Vector<double>(1.0 / 5040));
        sum = Vector.FusedMultiplyAdd(sum, f, new Vector<double>(1.0 / 720));
        sum = Vector.FusedMultiplyAdd(sum, f, new Vector<double>(1.0 / 120));
        sum = Vector.FusedMultiplyAdd(sum, f, new Vector<double>(1.0 / 24));
        sum = Vector.FusedMultiplyAdd(sum, f, new Vector<double>(1.0 / 6));
        sum = Vector.FusedMultiplyAdd(sum, f, new Vector<double>(0.5));
        sum = Vector.FusedMultiplyAdd(sum, f, Vector<double>.One);
        sum = Vector.FusedMultiplyAdd(sum, f, Vector<double>.One);
        var power = (Vector.AsVectorInt64(shifted) + new Vector<long>(ExponentBias)) << MantissaBits;
        return sum * Vector.AsVectorDouble(power);
    }
}
