using DurableTrainer.Core.Randomness;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Experts;

/// <summary>Changes one of the best points a little, in one or two parameters.</summary>
internal sealed class Neighbourhood() : Expert("neighbourhood")
{
    private const int Parents = 3;
    private const int Attempts = 100;
    private const double SmallestStep = 0.01;
    private const double LargestStep = 0.3;

    /// <summary>A change that is larger than this in one parameter is none of its kind.</summary>
    private const double Near = 0.1;

    public override Opinion? Of(SearchHistory history, KeyedRandom random)
    {
        var parents = history.Ranking.Take(Parents).Select(i => history.Observations[i].Unit).ToList();
        if (parents.Count == 0)
            return null;
        var assess = Gaussian.Acquisition.Of(history);
        double[]? best = null; var highest = double.NegativeInfinity;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var parent = parents[Math.Min(parents.Count - 1, Geometric(random))];
            var first = random.NextInt32(parent.Length);
            int[] dimensions = random.NextDouble() < 0.5 ? [first] : [first, random.NextInt32(parent.Length)];
            var step = SmallestStep * Math.Pow(LargestStep / SmallestStep, random.NextDouble());
            var unit = Moves.Step(history.Space, parent, dimensions, step, random);
            var value = assess?.At(unit) ?? 0;
            if (value > highest && history.IsOpen(unit))
                (best, highest) = (unit, value);
        }

        return best is null ? null : new Opinion(best, other => parents.Max(near => Likeness(history.Space, near, other)));
    }

    private static double Likeness(UnitSpace space, double[] parent, double[] other)
    {
        var changes = 0.0;
        for (var i = 0; i < parent.Length; i++)
            changes += Math.Min(1, Distance.Along(space, i, parent[i], other[i]) / Near);
        return Math.Exp(-changes);
    }

    private static int Geometric(KeyedRandom random) => random.NextDouble() < 0.5 ? 0 : random.NextDouble() < 0.5 ? 1 : 2;
}
