using DurableTrainer.Core.Space;

namespace DurableTrainer.Tuning.Insight;

/// <summary>A way to divide a node: the points whose coordinate of a parameter lies in a set, and the others.</summary>
internal readonly record struct TreeSplit(int Parameter, IntervalSet Set);

/// <summary>Finds the split of a node that lowers the squared error most.</summary>
internal sealed class TreeSplits
{
    /// <summary>Fewer rows than so many say more about noise than about the function.</summary>
    private const int MinLeaf = 3;

    /// <summary>Errors and gains below this share of the whole error are left over from rounding.</summary>
    private const double Negligible = 1e-12;

    /// <summary>Parts of the cube below this length are left over from rounding.</summary>
    private const double Rounding = 1e-12;

    private readonly InsightSpace space;
    private readonly double[][] rows;
    private readonly double[] values;
    private readonly double least;

    /// <param name="space">Of the rows.</param>
    /// <param name="rows">Coordinates.</param>
    /// <param name="values">What is predicted.</param>
    public TreeSplits(InsightSpace space, double[][] rows, double[] values)
    {
        (this.space, this.rows) = (space, rows);
        // About their mean, so that sums of squares keep their digits.
        var mean = values.Average();
        this.values = [.. values.Select(value => value - mean)];
        least = Negligible * this.values.Sum(value => value * value);
    }

    /// <summary>Null when the node is better left whole.</summary>
    public TreeSplit? Best(IntervalSet[] box, int[] sample)
    {
        if (sample.Length < 2 * MinLeaf)
            return null;
        var error = Error(sample);
        if (error <= least)
            return null;
        TreeSplit? best = null;
        var most = least;
        for (var parameter = 0; parameter < space.Dimensions; parameter++)
        {
            var (gain, split) = Undecided(box, parameter) is { } condition
                ? Activating(condition, parameter, sample, error)
                : IsActive(box, parameter) ? Dividing(parameter, box[parameter], sample) : (0, null);
            if (split is not null && gain > most)
                (most, best) = (gain, split);
        }

        return best;
    }

    /// <summary>The first condition of a parameter that some of the box keeps and some does not.</summary>
    private TreeSplit? Undecided(IntervalSet[] box, int parameter)
    {
        foreach (var (parent, needed) in space.RequirementsOf(parameter))
        {
            var kept = box[parent].And(needed).Measure;
            if (kept <= Rounding)
                return null;
            if (kept < box[parent].Measure - Rounding)
                return new TreeSplit(parent, needed);
        }

        return null;
    }

    private bool IsActive(IntervalSet[] box, int parameter) =>
        space.RequirementsOf(parameter).All(requirement => box[requirement.Parameter].And(requirement.Needed).Measure > Rounding);

    /// <summary>
    /// Divides by a condition, and is worth what the parameter behind it is worth as well: alone the condition may seem to change
    /// nothing.
    /// </summary>
    private (double Gain, TreeSplit? Split) Activating(TreeSplit condition, int parameter, int[] sample, double error)
    {
        var kept = sample.Where(row => condition.Set.Contains(rows[row][condition.Parameter])).ToArray();
        var others = sample.Where(row => !condition.Set.Contains(rows[row][condition.Parameter])).ToArray();
        if (kept.Length < MinLeaf || others.Length < MinLeaf)
            return (0, null);
        var keptError = Error(kept);
        var active = kept.Where(row => !double.IsNaN(rows[row][parameter])).ToArray();
        var behind = active.Length == kept.Length ? Math.Max(0, Dividing(parameter, IntervalSet.All, kept).Gain) : 0;
        return (error - Error(others) - keptError + behind, condition);
    }

    /// <summary>
    /// Divides a parameter that is active in all rows: at a threshold, or into two sets of categories. Sorted by their means, the best
    /// two sets are neighbours (Breiman and others 1984, section 9.4).
    /// </summary>
    private (double Gain, TreeSplit? Split) Dividing(int parameter, IntervalSet region, int[] sample)
    {
        var isChoice = space.Parameters[parameter] is ChoiceParameter;
        var groups = Groups(parameter, sample);
        if (isChoice)
            groups.Sort((a, b) => a.Mean != b.Mean ? a.Mean.CompareTo(b.Mean) : a.At.CompareTo(b.At));

        // The error of a part is its sum of squares less its sum squared over its count, and the squares are the same for any division.
        var sum = groups.Sum(group => group.Sum);
        var (best, most) = (-1, double.NegativeInfinity);
        var (below, belowCount) = (0.0, 0);
        for (var i = 0; i < groups.Count - 1; i++)
        {
            (below, belowCount) = (below + groups[i].Sum, belowCount + groups[i].Count);
            var (above, aboveCount) = (sum - below, sample.Length - belowCount);
            if (belowCount < MinLeaf || aboveCount < MinLeaf)
                continue;
            var explained = below * below / belowCount + above * above / aboveCount;
            if (explained > most)
                (best, most) = (i, explained);
        }

        if (best < 0)
            return (0, null);
        return (most - sum * sum / sample.Length, new TreeSplit(parameter, isChoice
            ? Categories(parameter, region, groups, best)
            : IntervalSet.Between(0, (groups[best].At + groups[best + 1].At) / 2)));
    }

    /// <summary>Rows of one coordinate, in the order of the coordinates.</summary>
    private List<Group> Groups(int parameter, int[] sample)
    {
        var (coordinates, reached) = (new double[sample.Length], new double[sample.Length]);
        for (var i = 0; i < sample.Length; i++)
            (coordinates[i], reached[i]) = (rows[sample[i]][parameter], values[sample[i]]);
        Array.Sort(coordinates, reached);
        var groups = new List<Group>();
        for (var i = 0; i < sample.Length; i++)
        {
            if (groups.Count > 0 && groups[^1].At == coordinates[i])
                groups[^1] = new Group(coordinates[i], groups[^1].Count + 1, groups[^1].Sum + reached[i]);
            else
                groups.Add(new Group(coordinates[i], 1, reached[i]));
        }

        return groups;
    }

    /// <summary>Categories that no row has go with the side that has more rows.</summary>
    private IntervalSet Categories(int parameter, IntervalSet region, List<Group> groups, int last)
    {
        var (low, high) = (groups[..(last + 1)], groups[(last + 1)..]);
        return low.Sum(group => group.Count) > high.Sum(group => group.Count) ? region.Without(Union(high)) : Union(low);

        IntervalSet Union(List<Group> some) => IntervalSet.Union(some.Select(group =>
            InsightSpace.PartOf(space.Parameters[parameter], space.Parameters[parameter].Decode(group.At))));
    }

    private double Error(int[] sample)
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var row in sample)
            sum += values[row];
        var mean = sum / sample.Length;
        foreach (var row in sample)
            squares += (values[row] - mean) * (values[row] - mean);
        return squares;
    }

    private readonly record struct Group(double At, int Count, double Sum)
    {
        public double Mean => Sum / Count;
    }
}
