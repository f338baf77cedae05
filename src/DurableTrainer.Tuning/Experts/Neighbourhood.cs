using DurableTrainer.Core.Randomness;
using DurableTrainer.Tuning.Experts.Gaussian;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Experts;

/// <summary>A small change of one of the best points, in one or two parameters.</summary>
internal sealed class Neighbourhood() : Expert("neighbourhood")
{
    private const int Parents = 3;
    private const int Changes = 100;
    private const double SmallestStep = 0.001;
    private const double LargestStep = 0.3;

    /// <summary>A change that is larger than this in one parameter is none of its kind.</summary>
    private const double Near = 0.1;

    public override Opinion? Of(SearchHistory history, KeyedRandom random)
    {
        var parents = history.Ranking.Take(Parents).Select(i => history.Observations[i].Unit).ToList();
        if (parents.Count == 0)
            return null;
        // Of many such changes, the one that a model likes best; without a model, the first.
        List<double[]> changes = [.. Enumerable.Range(0, Changes).Select(_ => Change(history.Space, parents, random))];
        var values = Acquisition.Of(history)?.At(changes) ?? new double[changes.Count];
        var (best, highest) = ((double[]?)null, double.NegativeInfinity);
        for (var i = 0; i < changes.Count; i++)
        {
            if (values[i] > highest && history.IsOpen(changes[i]))
                (best, highest) = (changes[i], values[i]);
        }

        return best is null ? null : new Opinion(() => best, other => parents.Max(parent => Likeness(history.Space, parent, other)));
    }

    /// <summary>The best parent half of the time, the next a quarter; one parameter as often as two.</summary>
    private static double[] Change(UnitSpace space, List<double[]> parents, KeyedRandom random)
    {
        var parent = parents[Math.Min(parents.Count - 1, random.NextDouble() < 0.5 ? 0 : random.NextDouble() < 0.5 ? 1 : 2)];
        var first = random.NextInt32(parent.Length);
        int[] dimensions = random.NextDouble() < 0.5 ? [first] : [first, random.NextInt32(parent.Length)];
        var step = SmallestStep * Math.Pow(LargestStep / SmallestStep, random.NextDouble());
        return Moves.Step(space, parent, dimensions, step, random);
    }

    private static double Likeness(UnitSpace space, double[] parent, double[] other)
    {
        var changes = 0.0;
        for (var i = 0; i < parent.Length; i++)
            changes += Math.Min(1, Distance.Along(space, i, parent[i], other[i]) / Near);
        return Math.Exp(-changes);
    }
}
