using DurableTrainer.Core.Randomness;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Experts;

/// <summary>The point of a scrambled Sobol sequence that lies farthest from everything that was tried.</summary>
internal sealed class SpaceFilling() : Expert("space-filling")
{
    private const int Candidates = 64;

    public override Opinion? Of(SearchHistory history, KeyedRandom random)
    {
        var tried = history.Observations.Select(observation => observation.Unit).Concat(history.Pending).Concat(history.Infeasible).ToList();
        var (farthest, room) = ((double[]?)null, 0.0);
        foreach (var unit in Scatter.Over(history.Space, Candidates, random))
        {
            var distance = Room(unit);
            if (distance > room && history.IsOpen(unit))
                (farthest, room) = (unit, distance);
        }

        return farthest is null ? null : new Opinion(() => farthest, unit => Math.Min(1, Room(unit) / room));

        double Room(double[] unit) => tried.Count == 0 ? 1 : tried.Min(other => Distance.Between(history.Space, unit, other));
    }
}
