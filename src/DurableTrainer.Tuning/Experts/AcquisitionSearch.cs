using DurableTrainer.Core.Randomness;
using DurableTrainer.Tuning.History;
using DurableTrainer.Tuning.Agents;
using DurableTrainer.Tuning.Models;

namespace DurableTrainer.Tuning.Experts;

/// <summary>Looks for the allowed and new point at which a function is largest: many starts, then climbs from the best of them.</summary>
internal sealed class AcquisitionSearch(SearchHistory history, KeyedRandom random)
{
    public static int Uniform = 400, Near = 300, Starts = 5, Climbs = 20;

    private readonly UnitSpace space = history.Space;

    public double[]? Best(Ascent.Function function, Ascent.Function climb)
    {
        var candidates = new List<(double[] Unit, double Value)>();
        foreach (var unit in Candidates())
            candidates.Add((unit, function(unit, [])));
        candidates.Sort((a, b) => b.Value.CompareTo(a.Value));

        var starts = new List<(double[] Unit, double Value)>();
        foreach (var candidate in candidates)
        {
            if (starts.Count == Starts) break;
            if (starts.All(s => Distance(s.Unit, candidate.Unit) > 1e-3)) starts.Add(candidate);
        }
        var improved = starts.Select(start => Improve(start.Unit, climb)).OrderByDescending(x => x.Value).ToList();
        foreach (var (unit, _) in improved.Concat(candidates))
        {
            if (history.IsNew(unit))
                return unit;
        }

        return null;
    }

    private static double Distance(double[] a, double[] b)
    {
        var max = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            var d = double.IsNaN(a[i]) != double.IsNaN(b[i]) ? 1 : double.IsNaN(a[i]) ? 0 : Math.Abs(a[i] - b[i]);
            max = Math.Max(max, d);
        }
        return max;
    }

    private IEnumerable<double[]> Candidates()
    {
        var d = space.Dimensions;
        var sobol = new SobolSequence(d, (long)random.NextUInt64());
        for (var i = 0; i < Uniform; i++)
        {
            var unit = new double[d];
            sobol.At((uint)i, unit);
            space.Settle(unit);
            yield return unit;
        }

        var order = Enumerable.Range(0, history.Points.Count).OrderBy(i => history.Losses[i][0]).Take(6).ToArray();
        for (var i = 0; i < Near; i++)
        {
            var near = history.Points[order[i % Math.Min(order.Length, 1 + i % 6)]];
            var unit = space.Disturbed(near, random, Math.Pow(10, -0.5 - 2.5 * random.NextDouble()), random.NextDouble() < 0.5 ? 1.5 / d : 1);
            yield return unit;
        }
    }

    private (double[] Unit, double Value) Improve(double[] start, Ascent.Function function)
    {
        var at = (double[])start.Clone();
        var value = double.NegativeInfinity;
        var d = at.Length;
        var discrete = Enumerable.Range(0, d).Where(i => space.Levels[i] > 0).ToArray();
        for (var round = 0; round < 3; round++)
        {
            double[] lower = new double[d], upper = new double[d];
            for (var i = 0; i < d; i++)
                (lower[i], upper[i]) = space.Levels[i] > 0 ? (at[i], at[i]) : (0, 1);
            var climbed = (double[])at.Clone();
            var after = discrete.Length == d ? function(climbed, []) : Ascent.Climb(function, climbed, lower, upper, 0.02, Climbs, 1e-6);
            if (after > value) (at, value) = (climbed, after);
            if (discrete.Length == 0) break;
            var moved = false;
            foreach (var i in discrete)
            {
                if (double.IsNaN(at[i])) continue;
                foreach (var level in space.Neighbours(i, at[i], random))
                {
                    var other = (double[])at.Clone();
                    other[i] = level;
                    space.Resettle(other, random);
                    var v = function(other, []);
                    if (v > value + 1e-9) { (at, value) = (other, v); moved = true; }
                }
            }
            if (!moved) break;
        }
        return (at, value);
    }
}
