using MathNet.Numerics;

namespace DurableTrainer.Tuning.Insight;

/// <summary>How strongly numbers go with other numbers, or with groups, by their ranks: outliers count no more than others.</summary>
internal static class Association
{
    /// <summary>Fewer say nothing.</summary>
    public const int Fewest = 4;

    /// <summary>Of so many every order is looked at; of more there is a formula.</summary>
    private const int MostExact = 7;

    /// <summary>
    /// Spearman's rank correlation, equal values at the mean of their ranks, and the probability of one as strong by chance: counted over all
    /// orders of few, otherwise by Student's t distribution of ρ √((n − 2)/(1 − ρ²)) with n − 2 degrees of freedom (Kendall and Gibbons, Rank
    /// Correlation Methods, 1990, section 4.16).
    /// </summary>
    /// <returns>Null where all of one side are equal, or too few.</returns>
    public static (double Value, double PValue)? Spearman(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        if (Centred(first) is not { } a || Centred(second) is not { } b)
            return null;
        var scale = Math.Sqrt(Product(a, a) * Product(b, b));
        var rho = Math.Clamp(Product(a, b) / scale, -1, 1);
        // As strong in either direction: of n different values, two orders are the strongest.
        var pValue = a.Length <= MostExact
            ? ShareOfOrders(b, order => Math.Abs(Product(a, order)) / scale, Math.Abs(rho))
            : Math.Max(Tail(rho * rho, 1, a.Length - 2), 2 / SpecialFunctions.Factorial(Math.Min(170, a.Length)));
        return (rho, Math.Min(1, pValue));
    }

    /// <summary>
    /// The correlation ratio η of ranks, the root of the share of their variance that lies between groups (Fisher 1925), and the probability of
    /// one as large by chance: counted over all orders of few, otherwise by the F distribution of analysis of variance, on ranks (Conover and
    /// Iman, Rank Transformations as a Bridge Between Parametric and Nonparametric Statistics, The American Statistician 35, 1981).
    /// </summary>
    /// <param name="groups">The group of each value.</param>
    /// <param name="values">The values.</param>
    /// <returns>Null where all values are equal, there is one group, every value has its own, or they are too few.</returns>
    public static (double Value, double PValue)? CorrelationRatio(IReadOnlyList<int> groups, IReadOnlyList<double> values)
    {
        var members = groups.Select((group, i) => (group, i)).GroupBy(pair => pair.group, pair => pair.i).Select(group => group.ToArray()).ToList();
        if (members.Count < 2 || members.Count >= groups.Count || Centred(values) is not { } ranks)
            return null;
        var all = Product(ranks, ranks);
        var share = Math.Clamp(Between(ranks) / all, 0, 1);
        var pValue = ranks.Length <= MostExact
            ? ShareOfOrders(ranks, order => Between(order) / all, share)
            : Math.Max(Tail(share, members.Count - 1, ranks.Length - members.Count), Rarest());
        return (Math.Sqrt(share), Math.Min(1, pValue));

        double Between(double[] centred) => members.Sum(group => Math.Pow(group.Sum(i => centred[i]), 2) / group.Length);

        // One of all the ways to fill the groups.
        double Rarest() => Math.Exp(members.Sum(group => SpecialFunctions.FactorialLn(group.Length)) - SpecialFunctions.FactorialLn(ranks.Length));
    }

    /// <summary>
    /// Probabilities of many tests with all of them in mind, so that none below a level is a chance find in more than that share of reports
    /// (Holm, A Simple Sequentially Rejective Multiple Test Procedure, Scandinavian Journal of Statistics 6, 1979).
    /// </summary>
    public static double[] Holm(IReadOnlyList<double> pValues)
    {
        var (corrected, largest) = (new double[pValues.Count], 0.0);
        foreach (var (place, i) in Enumerable.Range(0, pValues.Count).OrderBy(i => pValues[i]).Index())
        {
            largest = Math.Max(largest, Math.Min(1, pValues[i] * (pValues.Count - place)));
            corrected[i] = largest;
        }

        return corrected;
    }

    /// <summary>
    /// How likely a share of variance at least as large is explained by chance: the upper tail of F, which is an incomplete beta function of
    /// what is not explained. With one degree of freedom above it is Student's t, both tails.
    /// </summary>
    private static double Tail(double share, double above, double below) =>
        share >= 1 ? 0 : SpecialFunctions.BetaRegularized(below / 2, above / 2, 1 - share);

    private static double[]? Centred(IReadOnlyList<double> values)
    {
        if (values.Count < Fewest)
            return null;
        var ranks = Ranks.Of(values);
        var mean = (values.Count + 1) / 2.0;
        double[] centred = [.. ranks.Select(rank => rank - mean)];
        return Array.TrueForAll(centred, rank => rank == 0) ? null : centred;
    }

    private static double Product(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    /// <summary>The share of all orders of the values in which a statistic is at least as large.</summary>
    private static double ShareOfOrders(double[] values, Func<double[], double> statistic, double least)
    {
        var (all, reached) = (0, 0);
        Visit([.. values], values.Length);
        return (double)reached / all;

        // Heap's algorithm.
        void Visit(double[] order, int length)
        {
            if (length == 1)
            {
                all++;
                reached += statistic(order) >= least - 1e-12 ? 1 : 0;
                return;
            }

            for (var i = 0; i < length; i++)
            {
                Visit(order, length - 1);
                var other = length % 2 == 0 ? i : 0;
                (order[other], order[length - 1]) = (order[length - 1], order[other]);
            }
        }
    }
}
