namespace DurableTrainer.Tuning.Insight;

/// <summary>
/// Averages of a tree over parts of its cube, exactly, from the boxes of its leaves: the functional ANOVA of Hutter, Hoos and
/// Leyton-Brown (An Efficient Approach for Assessing Hyperparameter Importance, ICML 2014, section 4). Every coordinate is uniform and
/// independent of the others; where a parameter is not active, its coordinate changes nothing.
/// </summary>
internal sealed class Marginals
{
    private readonly InsightSpace space;
    private readonly IReadOnlyList<Leaf> leaves;
    private readonly double[][] cuts;
    private readonly double[] single;

    public Marginals(InsightSpace space, RegressionTree tree)
    {
        this.space = space;
        leaves = tree.Leaves;
        Mean = leaves.Sum(leaf => leaf.Measure * leaf.Value);
        Variance = leaves.Sum(leaf => leaf.Measure * (leaf.Value - Mean) * (leaf.Value - Mean));
        cuts = [.. Enumerable.Range(0, space.Dimensions).Select(CutsOf)];
        single = [.. Enumerable.Range(0, space.Dimensions).Select(VarianceOf)];
    }

    /// <summary>Over the whole cube.</summary>
    public double Mean { get; }

    /// <summary>Over the whole cube.</summary>
    public double Variance { get; }

    /// <summary>The variance that is due to one parameter alone.</summary>
    public double Main(int parameter) => single[parameter];

    /// <summary>The variance that is due to two parameters together and to neither alone.</summary>
    public double Pair(int first, int second)
    {
        var (rows, columns) = (cuts[first], cuts[second]);
        // Each leaf adds its share at the corners of its rectangles; summed up along both axes, that is its value inside of them.
        var sums = new double[rows.Length, columns.Length];
        foreach (var leaf in leaves)
        {
            var share = leaf.Value * leaf.Measure / (leaf.Box[first].Measure * leaf.Box[second].Measure);
            foreach (var (top, bottom) in leaf.Box[first].Intervals)
            {
                foreach (var (left, right) in leaf.Box[second].Intervals)
                {
                    int t = At(rows, top), b = At(rows, bottom), l = At(columns, left), r = At(columns, right);
                    sums[t, l] += share;
                    sums[t, r] -= share;
                    sums[b, l] -= share;
                    sums[b, r] += share;
                }
            }
        }

        var variance = 0.0;
        var above = new double[columns.Length];
        for (var row = 0; row < rows.Length - 1; row++)
        {
            var value = 0.0;
            for (var column = 0; column < columns.Length - 1; column++)
            {
                above[column] += sums[row, column];
                value += above[column];
                variance += (rows[row + 1] - rows[row]) * (columns[column + 1] - columns[column]) * (value - Mean) * (value - Mean);
            }
        }

        return Math.Max(0, variance - single[first] - single[second]);
    }

    /// <summary>The mean where a parameter has some coordinate, over the part of the cube in which it is active.</summary>
    public Func<double, double> Dependence(int parameter)
    {
        var active = new Dictionary<int, IntervalSet>();
        foreach (var (parent, needed) in space.RequirementsOf(parameter))
            active[parent] = needed;
        var whole = active.Values.Aggregate(1.0, (product, needed) => product * needed.Measure);
        var shares = leaves.Select(leaf => (Region: leaf.Box[parameter], Share: leaf.Value * ActiveMeasure(leaf) / whole)).ToList();
        return coordinate => shares.Sum(leaf => leaf.Share != 0 && leaf.Region.Contains(coordinate) ? leaf.Share : 0);

        double ActiveMeasure(Leaf leaf)
        {
            var measure = 1.0;
            for (var other = 0; other < leaf.Box.Length; other++)
            {
                if (other != parameter)
                    measure *= active.TryGetValue(other, out var needed) ? leaf.Box[other].And(needed).Measure : leaf.Box[other].Measure;
            }

            return measure;
        }
    }

    private double VarianceOf(int parameter)
    {
        var ends = cuts[parameter];
        var sums = new double[ends.Length];
        foreach (var leaf in leaves)
        {
            var share = leaf.Value * leaf.Measure / leaf.Box[parameter].Measure;
            foreach (var (from, to) in leaf.Box[parameter].Intervals)
            {
                sums[At(ends, from)] += share;
                sums[At(ends, to)] -= share;
            }
        }

        var (variance, value) = (0.0, 0.0);
        for (var i = 0; i < ends.Length - 1; i++)
        {
            value += sums[i];
            variance += (ends[i + 1] - ends[i]) * (value - Mean) * (value - Mean);
        }

        return variance;
    }

    /// <summary>Where a leaf begins or ends, 0 and 1 among them.</summary>
    private double[] CutsOf(int parameter) =>
        [.. leaves.SelectMany(leaf => leaf.Box[parameter].Intervals).SelectMany(interval => (double[])[interval.From, interval.To]).Distinct().Order()];

    private static int At(double[] ends, double value) => Array.BinarySearch(ends, value);
}
