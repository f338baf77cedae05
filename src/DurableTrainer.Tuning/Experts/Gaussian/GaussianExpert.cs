using DurableTrainer.Core.Randomness;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Experts.Gaussian;

/// <summary>The point from which a Gaussian process expects the most improvement.</summary>
internal sealed class GaussianExpert() : Expert("gp")
{
    public override Opinion? Of(SearchHistory history, KeyedRandom random)
    {
        if (Acquisition.Of(history) is not { } acquisition || new AcquisitionSearch(history, acquisition, random).Run() is not { } unit)
            return null;
        var highest = acquisition.At(unit);
        return new Opinion(unit, other => Math.Exp(Math.Min(0, acquisition.At(other) - highest)));
    }
}
