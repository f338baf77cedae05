using System.Globalization;

namespace DurableTrainer.Core.Space;

/// <summary>Numbers with no more digits than a float32 tells apart: short to read, and to store in four bytes.</summary>
public static class ShortNumber
{
    /// <summary>The shortest decimal that names <paramref name="single"/>: 0.1 for 0.1f, not 0.10000000149.</summary>
    public static double Of(float single)
    {
        if (!float.IsFinite(single))
            return single;
        Span<byte> text = stackalloc byte[32];
        single.TryFormat(text, out var length, "R", CultureInfo.InvariantCulture);
        return double.Parse(text[..length], CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// The shortest decimal of the float32 nearest to <paramref name="value"/>, or the value itself when that is further away than
    /// <paramref name="tolerance"/>.
    /// </summary>
    public static double Near(double value, double tolerance)
    {
        // Adding 0 makes -0, which tiny negative numbers would become, 0.
        var near = Of((float)value) + 0.0;
        return Math.Abs(near - value) < tolerance ? near : value;
    }
}
