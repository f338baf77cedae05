using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>Transcendental functions of sixteen values, to a few units in the last place.</summary>
internal static class Functions
{
    public static Vector512<float> Sigmoid(Vector512<float> x) => Vector512<float>.One / (Vector512<float>.One + Exp(-x));

    /// <summary>
    /// 2ⁿ eʳ with n = round(x / ln 2) and a polynomial for eʳ on [−ln 2 / 2, ln 2 / 2] (as in Cephes), in 32 bits all the way.
    /// </summary>
    public static Vector512<float> Exp(Vector512<float> x)
    {
        // Beyond these e^x is 0 or infinite. The value is the second operand, so that NaN stays.
        x = Vector512.MinNative(Vector512.Create(89f), Vector512.MaxNative(Vector512.Create(-104f), x));
        var n = Vector512.Round(x * 1.44269504088896341f);
        var r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-0.693359375f), x);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(2.12194440e-4f), r);
        var p = Polynomial(
            r, [1.9875691500e-4f, 1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f]);
        p = Vector512.FusedMultiplyAdd(p * r, r, r) + Vector512<float>.One;

        // In two factors, since 2ⁿ itself may have no exponent in 32 bits.
        var exponent = Vector512.ConvertToInt32Native(n);
        var half = exponent >> 1;
        return p * Power(half) * Power(exponent - half);
    }

    /// <summary>
    /// A rational approximation of odd degree 13 over even degree 6 on [−7.905, 7.905], beyond which tanh is ±1 in 32 bits (as in Eigen).
    /// </summary>
    public static Vector512<float> Tanh(Vector512<float> x)
    {
        var clamped = Clamp(x, 7.90531110763549805f);
        var square = clamped * clamped;
        var numerator = clamped * Polynomial(
            square,
            [
                -2.76076847742355e-16f, 2.00018790482477e-13f, -8.60467152213735e-11f, 5.12229709037114e-08f, 1.48572235717979e-05f,
                6.37261928875436e-04f, 4.89352455891786e-03f,
            ]);
        var denominator = Polynomial(
            square, [1.19825839466702e-06f, 1.18534705686654e-04f, 2.26843463243900e-03f, 4.89352518554385e-03f]);
        return numerator / denominator;
    }

    /// <summary>A rational approximation on [−4, 4], beyond which erf is ±1 in 32 bits (as in Eigen and XLA).</summary>
    public static Vector512<float> ErrorFunction(Vector512<float> x)
    {
        var clamped = Clamp(x, 4);
        var square = clamped * clamped;
        var numerator = clamped * Polynomial(
            square,
            [
                -2.72614225801306e-10f, 2.77068142495902e-08f, -2.10102402082508e-06f, -5.69250639462346e-05f, -7.34990630326855e-04f,
                -2.95459980854025e-03f, -1.60960333262415e-02f,
            ]);
        var denominator = Polynomial(
            square,
            [-1.45660718464996e-05f, -2.13374055278905e-04f, -1.68282697438203e-03f, -7.37332916720468e-03f, -1.42647390514189e-02f]);
        return numerator / denominator;
    }

    /// <summary>2ⁿ for n from −126 to 127.</summary>
    private static Vector512<float> Power(Vector512<int> n) => ((n + Vector512.Create(127)) << 23).AsSingle();

    /// <summary>NaN stays NaN.</summary>
    private static Vector512<float> Clamp(Vector512<float> x, float bound)
    {
        var (low, high) = (Vector512.Create(-bound), Vector512.Create(bound));
        x = Vector512.ConditionalSelect(Vector512.LessThan(x, low), low, x);
        return Vector512.ConditionalSelect(Vector512.GreaterThan(x, high), high, x);
    }

    /// <summary>
    /// By Horner's rule, the highest power's coefficient first. Additions are fused where the machine can: elsewhere that would be a call
    /// for each value.
    /// </summary>
    private static Vector512<float> Polynomial(Vector512<float> x, ReadOnlySpan<float> coefficients)
    {
        var sum = Vector512.Create(coefficients[0]);
        for (var i = 1; i < coefficients.Length; i++)
            sum = Vector512.MultiplyAddEstimate(sum, x, Vector512.Create(coefficients[i]));
        return sum;
    }
}
