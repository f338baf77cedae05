namespace DurableTrainer.Training.Graphs;

/// <summary>
/// Arithmetic of counts from 0 that stays at <see cref="long.MaxValue"/> instead of overflowing: a size that a spec asks for may be
/// beyond any machine, and must not look small.
/// </summary>
internal static class Saturating
{
    public static long Sum(params ReadOnlySpan<long> counts)
    {
        var sum = 0L;
        foreach (var count in counts)
            sum = count > long.MaxValue - sum ? long.MaxValue : sum + count;
        return sum;
    }

    public static long Product(params ReadOnlySpan<long> counts)
    {
        var product = (Int128)1;
        var zero = false;
        foreach (var count in counts)
        {
            zero |= count == 0;
            product = Int128.Min(long.MaxValue, product * Math.Max(1, count));
        }

        return zero ? 0 : (long)product;
    }
}
