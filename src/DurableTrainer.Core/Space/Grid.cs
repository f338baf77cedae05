namespace DurableTrainer.Core.Space;

/// <summary>Arithmetic of values that stand in steps between two bounds, on a linear or logarithmic scale.</summary>
internal static class Grid
{
    private const double Tolerance = 1e-9;

    public static double Count(double min, double max, double step) => Math.Floor((max - min) / step + Tolerance) + 1;

    public static bool Holds(double value, double min, double step)
    {
        var steps = (value - min) / step;
        return Math.Abs(steps - Math.Round(steps)) < 1e-6;
    }

    public static int Index(double unit, int count) => Math.Clamp((int)(unit * count), 0, count - 1);

    public static int IndexOf(IReadOnlyList<ParameterValue> values, ParameterValue value)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] == value)
                return i;
        }

        throw new ArgumentOutOfRangeException(nameof(value), $"{value} is not one of {string.Join(", ", values)}.");
    }

    /// <summary>Each value owns the part of the scale that is nearer to it than to its neighbours (half a step beyond either bound).</summary>
    public static double Decode(double unit, double min, double max, double step, ParameterScale scale)
    {
        var last = Count(min, max, step) - 1;
        double index;
        if (scale == ParameterScale.Log)
        {
            var (low, high) = LogBounds(min, last, step);
            index = Math.Round((Math.Exp(low + unit * (high - low)) - min) / step);
        }
        else
        {
            index = Math.Floor(unit * (last + 1));
        }

        return Value(min, step, Math.Clamp(index, 0, last));
    }

    public static double Encode(double value, double min, double max, double step, ParameterScale scale)
    {
        var last = Count(min, max, step) - 1;
        if (scale == ParameterScale.Linear)
            return (Math.Round((value - min) / step) + 0.5) / (last + 1);
        var (low, high) = LogBounds(min, last, step);
        return Math.Clamp((Math.Log(value) - low) / (high - low), 0, 1 - Tolerance);
    }

    public static IEnumerable<ParameterValue> Values(double min, double max, double step)
    {
        var count = Count(min, max, step);
        for (var index = 0.0; index < count; index++)
            yield return Value(min, step, index);
    }

    private static double Value(double min, double step, double index)
    {
        var value = min + index * step;
        // 0.1 + 2 * 0.1 is 0.30000000000000004; what the user means, and reads in a report, is 0.3.
        if (index == 0 || (double.IsInteger(step) && double.IsInteger(min)))
            return value;
        var digits = 12 - (int)Math.Floor(Math.Log10(step));
        return digits is >= 0 and <= 15 && Math.Abs(value) < 1e6 ? Math.Round(value, digits) : value;
    }

    private static (double Low, double High) LogBounds(double min, double last, double step) =>
        (Math.Log(Math.Max(min - step / 2, min / 2)), Math.Log(min + (last + 0.5) * step));
}
