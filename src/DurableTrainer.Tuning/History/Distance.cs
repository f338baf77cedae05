namespace DurableTrainer.Tuning.History;

/// <summary>How far points lie apart, one parameter at a time.</summary>
internal static class Distance
{
    /// <summary>The mean over the parameters of how far they lie apart, from 0 to 1.</summary>
    public static double Between(UnitSpace space, ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += Along(space, i, a[i], b[i]);
        return sum / a.Length;
    }

    /// <summary>From 0 to 1: 1 between values without an order, and between active and not.</summary>
    public static double Along(UnitSpace space, int dimension, double a, double b) =>
        a == b || (double.IsNaN(a) && double.IsNaN(b)) ? 0
        : double.IsNaN(a) || double.IsNaN(b) || space.IsChoice[dimension] ? 1
        : Math.Abs(a - b);
}
