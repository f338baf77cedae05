using System.Globalization;

namespace DurableTrainer.Tuning.Rows;

/// <summary>Measurements in two bytes: decimals of three digits from 1e-36 to 9.99e35, and none.</summary>
internal static class ThreeDigits
{
    public const ushort Last = Mantissas * (LargestExponent - SmallestExponent + 1);

    private const ushort None = 0;
    private const int Mantissas = 900;
    private const int SmallestMantissa = 100;
    private const int SmallestExponent = -36;
    private const int LargestExponent = 35;
    private const double Smallest = 1e-36;
    private const double Largest = 9.99e35;

    /// <summary>The nearest of them to a number above 0.</summary>
    public static double? Near(double? value) => Of(CodeOf(value));

    /// <summary>Its place among them from 1; 0 is none.</summary>
    public static ushort CodeOf(double? value)
    {
        if (value is not { } number)
            return None;
        // "1.23E+004", which has rounded.
        var text = Math.Clamp(number, Smallest, Largest).ToString("E2", CultureInfo.InvariantCulture);
        var mantissa = (text[0] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0');
        var exponent = int.Parse(text.AsSpan(5), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return (ushort)(1 + (exponent - SmallestExponent) * Mantissas + mantissa - SmallestMantissa);
    }

    public static double? Of(ushort code) => code == None ? null : double.Parse(
        string.Create(CultureInfo.InvariantCulture, $"{(code - 1) % Mantissas + SmallestMantissa}E{(code - 1) / Mantissas + SmallestExponent - 2}"),
        CultureInfo.InvariantCulture);
}
