namespace DurableTrainer.Tuning.Pareto;

/// <summary>The corner that volumes are measured from.</summary>
public static class ReferencePoint
{
    private const double Margin = 0.1;

    /// <summary>
    /// In each objective the worst of the points plus a tenth of their range, so that the worst ones count a little too. Without a
    /// range, a tenth of the value itself; 1 above when that is 0.
    /// </summary>
    /// <param name="points">Minimised values; those that are not finite in every objective are left out.</param>
    /// <returns>Null when no point is left.</returns>
    public static double[]? Of(IReadOnlyList<double[]> points)
    {
        var finite = points.Where(point => Array.TrueForAll(point, double.IsFinite)).ToList();
        return finite.Count == 0 ? null : [.. finite[0].Select((_, i) => Beyond([.. finite.Select(point => point[i])]))];
    }

    private static double Beyond(double[] values)
    {
        var (best, worst) = (values.Min(), values.Max());
        return worst > best ? worst + Margin * (worst - best)
            : worst != 0 ? worst + Margin * Math.Abs(worst)
            : 1;
    }
}
