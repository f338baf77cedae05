using DurableTrainer.Core.Randomness;
using DurableTrainer.Tuning.History;
using DurableTrainer.Tuning.Models;

namespace DurableTrainer.Tuning.Experts.Gaussian;

/// <summary>
/// Looks for the open point at which an acquisition is largest: points all over the space and around the best ones, then climbs from
/// the highest of them, along the gradient where values are continuous and from value to value where they are not.
/// </summary>
internal sealed class AcquisitionSearch
{
    private const int Everywhere = 400;
    private const int Around = 300;
    private const int Parents = 6;
    private const int Climbs = 5;
    private const int Rounds = 3;
    private const int Steps = 20;
    private const double FirstStep = 0.02;
    private const double SmallestStep = 1e-6;

    /// <summary>Starts that are nearer than this in every parameter would climb to the same place.</summary>
    private const double Apart = 1e-3;

    private readonly SearchHistory history;
    private readonly Acquisition acquisition;
    private readonly KeyedRandom random;
    private readonly UnitSpace space;

    private double reached = double.NegativeInfinity;

    /// <summary>The candidates that can be tried, the highest first.</summary>
    private readonly Lazy<List<Candidate>> candidates;

    public AcquisitionSearch(SearchHistory history, Acquisition acquisition, KeyedRandom random)
    {
        (this.history, this.acquisition, this.random, space) = (history, acquisition, random, history.Space);
        candidates = new(() => [.. Valued([.. Candidates()]).Where(candidate => candidate.Value > double.NegativeInfinity)
            .OrderByDescending(candidate => candidate.Value)]);
    }

    /// <summary>The highest value that is known: after <see cref="Run"/>, that of what it found.</summary>
    public double Highest => Math.Max(reached, candidates.Value.Count > 0 ? candidates.Value[0].Value : double.NegativeInfinity);

    /// <summary>The open point of the highest value; null when no candidate is open.</summary>
    public double[]? Run()
    {
        var starts = new List<Candidate>();
        foreach (var candidate in candidates.Value)
        {
            if (starts.Count == Climbs)
                break;
            if (starts.TrueForAll(start => IsApart(start.Unit, candidate.Unit)))
                starts.Add(candidate);
        }

        var found = starts.Select(Climb).OrderByDescending(candidate => candidate.Value).Concat(candidates.Value)
            .FirstOrDefault(candidate => history.IsOpen(candidate.Unit));
        reached = found?.Value ?? reached;
        return found?.Unit;
    }

    private IEnumerable<double[]> Candidates()
    {
        foreach (var unit in Scatter.Over(space, Everywhere, random))
            yield return unit;

        var all = Enumerable.Range(0, space.Dimensions).ToArray();
        var parents = history.Ranking.Take(Parents).Select(i => history.Observations[i].Unit).ToList();
        for (var i = 0; i < Around; i++)
        {
            // From a third of the range down to a thousandth; all parameters, or one or two.
            var deviation = Math.Pow(10, -0.5 - 2.5 * random.NextDouble());
            var moved = random.NextDouble() < 0.5 ? all : [random.NextInt32(all.Length), random.NextInt32(all.Length)];
            yield return Moves.Step(space, parents[i % parents.Count], moved, deviation, random);
        }
    }

    private Candidate Climb(Candidate start)
    {
        var best = start;
        for (var round = 0; round < Rounds; round++)
        {
            var climbed = ClimbSlopes(best);
            var stepped = StepThroughValues(climbed);
            var hasStepped = stepped.Value > climbed.Value;
            best = stepped;
            if (!hasStepped)
                break;
        }

        return best;
    }

    private Candidate ClimbSlopes(Candidate start)
    {
        double[] lower = [.. start.Unit], upper = [.. start.Unit], at = [.. start.Unit];
        for (var i = 0; i < at.Length; i++)
        {
            if (space.Levels[i] == 0 && !double.IsNaN(at[i]))
                (lower[i], upper[i]) = (0, 1);
        }

        if (lower.SequenceEqual(upper))
            return start;
        var value = Ascent.Climb(Slope, at, lower, upper, FirstStep, SmallestStep, Steps);
        return value > start.Value ? new Candidate(at, value) : start;
    }

    private double Slope(ReadOnlySpan<double> unit, Span<double> gradient) => gradient.IsEmpty ? acquisition.At(unit) : acquisition.At(unit, gradient);

    private Candidate StepThroughValues(Candidate start)
    {
        var best = start;
        for (var i = 0; i < space.Dimensions; i++)
        {
            if (space.Levels[i] == 0 || double.IsNaN(best.Unit[i]))
                continue;
            foreach (var other in Moves.Others(space, i, best.Unit[i], random))
            {
                double[] moved = [.. best.Unit];
                moved[i] = other;
                space.Settle(moved, random);
                if (Valued(moved) is var candidate && candidate.Value > best.Value + 1e-9)
                    best = candidate;
            }
        }

        return best;
    }

    private bool IsApart(double[] a, double[] b)
    {
        for (var i = 0; i < a.Length; i++)
        {
            if (Distance.Along(space, i, a[i], b[i]) > Apart)
                return true;
        }

        return false;
    }

    private IEnumerable<Candidate> Valued(List<double[]> units) => units.Zip(acquisition.At(units), (unit, value) => new Candidate(unit, value));

    private Candidate Valued(double[] unit) => new(unit, acquisition.At(unit));

    private sealed record Candidate(double[] Unit, double Value);
}
