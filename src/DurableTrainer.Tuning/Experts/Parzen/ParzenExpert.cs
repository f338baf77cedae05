using DurableTrainer.Core.Randomness;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Experts.Parzen;

/// <summary>
/// The tree-structured Parzen estimator: of points drawn from the density of the good ones, that at which it most exceeds the density of
/// the others (Bergstra et al., Algorithms for Hyper-Parameter Optimization, NeurIPS 2011).
/// </summary>
internal sealed class ParzenExpert() : Expert("tpe")
{
    private const double GoodShare = 0.1;
    private const int MostGood = 25;
    private const int Candidates = 48;

    public override Opinion? Of(SearchHistory history, KeyedRandom random)
    {
        var ranking = history.Ranking;
        if (ranking.Count < 2)
            return null;
        var goodCount = Math.Clamp((int)Math.Ceiling(GoodShare * ranking.Count), 1, MostGood);
        var good = new ParzenDensity(history.Space, [.. ranking.Take(goodCount).Select(i => history.Observations[i].Unit)]);
        // What is under way counts as not good, so that others look elsewhere; and so does what failed.
        var others = new ParzenDensity(
            history.Space, [.. ranking.Skip(goodCount).Select(i => history.Observations[i].Unit), .. history.Pending, .. history.Infeasible]);

        var best = Enumerable.Range(0, Candidates).Select(_ => good.Draw(random)).Where(history.IsOpen)
            .Select(unit => (Unit: unit, Value: Promise(unit)))
            .OrderByDescending(candidate => candidate.Value)
            .FirstOrDefault();
        return best.Unit is null ? null : new Opinion(() => best.Unit, unit => Math.Exp(Math.Min(0, Promise(unit) - best.Value)));

        double Promise(double[] unit) => good.LogAt(unit) - others.LogAt(unit);
    }
}
