using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Tuning.Insight;

/// <summary>Averages what the trees of a forest say about one parameter.</summary>
internal static class Effects
{
    private const int GridPoints = 20;

    /// <summary>What is worse by less than this share of the whole difference is as good as the best.</summary>
    private const double Tolerance = 0.1;

    public static ParameterEffect Of(InsightSpace space, int index, ObjectiveSpec objective, IReadOnlyList<Marginals> trees)
    {
        var parameter = space.Parameters[index];
        var shares = Shares(trees, tree => tree.Main(index));
        var functions = trees.Select(tree => tree.Dependence(index)).ToList();
        var dependence = GridOf(parameter).Select(coordinate =>
        {
            double[] values = [.. functions.Select(function => function(coordinate))];
            return new DependencePoint(parameter.Decode(coordinate), values.Average(), Deviation(values));
        }).ToList();
        return new ParameterEffect
        {
            Name = parameter.Name,
            Share = shares.Average(),
            ShareDeviation = Deviation(shares),
            Best = BestOf(parameter, objective, dependence),
            IsRange = parameter is not ChoiceParameter,
            Dependence = dependence,
        };
    }

    /// <summary>The mean over the trees of a part of each tree's variance; trees that predict one value everywhere count as 0.</summary>
    public static double MeanShare(IReadOnlyList<Marginals> trees, Func<Marginals, double> part) => Shares(trees, part).Average();

    private static double[] Shares(IReadOnlyList<Marginals> trees, Func<Marginals, double> part) =>
        [.. trees.Select(tree => tree.Variance > 0 ? part(tree) / tree.Variance : 0)];

    /// <summary>The middle of each value's part where there are few, else as many evenly spread.</summary>
    private static IEnumerable<double> GridOf(Parameter parameter) => parameter.Cardinality <= GridPoints
        ? parameter.AllValues().Select(parameter.Encode)
        : Enumerable.Range(0, GridPoints).Select(i => (i + 0.5) / GridPoints);

    private static List<ParameterValue> BestOf(Parameter parameter, ObjectiveSpec objective, List<DependencePoint> dependence)
    {
        var (least, most) = (dependence.Min(point => point.Mean), dependence.Max(point => point.Mean));
        var bound = objective.Goal == Goal.Maximize ? most - Tolerance * (most - least) : least + Tolerance * (most - least);
        bool IsGood(DependencePoint point) => !objective.IsBetter(bound, point.Mean);

        if (parameter is ChoiceParameter)
            return [.. dependence.Where(IsGood).OrderBy(point => objective.Goal == Goal.Maximize ? -point.Mean : point.Mean).Select(point => point.Value)];
        var best = dependence.FindIndex(point => point.Mean == (objective.Goal == Goal.Maximize ? most : least));
        var (first, last) = (best, best);
        while (first > 0 && IsGood(dependence[first - 1]))
            first--;
        while (last < dependence.Count - 1 && IsGood(dependence[last + 1]))
            last++;
        return [dependence[first].Value, dependence[last].Value];
    }

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }
}
