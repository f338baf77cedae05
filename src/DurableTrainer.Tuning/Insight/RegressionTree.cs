namespace DurableTrainer.Tuning.Insight;

/// <summary>A part of the cube in which a tree predicts one value: a region for each parameter.</summary>
internal sealed record Leaf(IntervalSet[] Box, double Value)
{
    /// <summary>Share of the cube.</summary>
    public double Measure { get; } = Box.Aggregate(1.0, (product, region) => product * region.Measure);

    /// <summary>Whether some coordinates lie in it; those that are not numbers do not matter.</summary>
    public bool Holds(double[] unit)
    {
        for (var i = 0; i < unit.Length; i++)
        {
            if (!double.IsNaN(unit[i]) && !Box[i].Contains(unit[i]))
                return false;
        }

        return true;
    }
}

/// <summary>
/// A regression tree on the cube of a search space, grown greedily by squared error (Breiman, Friedman, Olshen and Stone 1984). A
/// conditional parameter is split only where it is active: the points where it is not have a branch of their own.
/// </summary>
internal sealed class RegressionTree
{
    private readonly List<Leaf> leaves = [];

    /// <param name="space">Of the rows.</param>
    /// <param name="rows">Coordinates, not numbers where a parameter is not active.</param>
    /// <param name="values">What is predicted.</param>
    /// <param name="sample">Indices of the rows to grow from; some may come more than once.</param>
    public RegressionTree(InsightSpace space, double[][] rows, double[] values, int[] sample)
    {
        var splits = new TreeSplits(space, rows, values);
        IntervalSet[] cube = [.. Enumerable.Repeat(IntervalSet.All, space.Dimensions)];
        var open = new Stack<(IntervalSet[] Box, int[] Sample)>([(cube, sample)]);
        while (open.TryPop(out var node))
        {
            if (splits.Best(node.Box, node.Sample) is not { } split)
            {
                leaves.Add(new Leaf(node.Box, node.Sample.Average(row => values[row])));
                continue;
            }

            var region = node.Box[split.Parameter];
            IntervalSet[] inside = [.. node.Box], outside = [.. node.Box];
            inside[split.Parameter] = region.And(split.Set);
            outside[split.Parameter] = region.Without(split.Set);
            open.Push((outside, [.. node.Sample.Where(row => !split.Set.Contains(rows[row][split.Parameter]))]));
            open.Push((inside, [.. node.Sample.Where(row => split.Set.Contains(rows[row][split.Parameter]))]));
        }
    }

    public IReadOnlyList<Leaf> Leaves => leaves;

    /// <summary>The value at some coordinates; those of parameters that are not active do not matter.</summary>
    public double Predict(double[] unit)
    {
        foreach (var leaf in leaves)
        {
            if (leaf.Holds(unit))
                return leaf.Value;
        }

        throw new ArgumentException("The coordinates lie outside the cube.", nameof(unit));
    }
}
