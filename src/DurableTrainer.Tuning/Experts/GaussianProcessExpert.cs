using DurableTrainer.Core.Randomness;
using DurableTrainer.Tuning.History;
using DurableTrainer.Tuning.Models;

namespace DurableTrainer.Tuning.Experts;

/// <summary>The point of the largest expected improvement under a Gaussian process.</summary>
internal sealed class GaussianProcessExpert : Expert
{
    public override string Name => "gp";

    public override double[]? Propose(SearchHistory history, KeyedRandom random)
    {
        var belief = history.Belief;
        return belief is null ? null : new AcquisitionSearch(history, random).Best(belief.Improvement, belief.Improvement);
    }
}
