using DurableTrainer.Core.Spec;
using DurableTrainer.Training.Checkpoints;

namespace DurableTrainer.Workers.Slices;

/// <summary>Compares the epochs of a trial by the experiment's objectives; of equal ones the earlier is the better.</summary>
internal sealed class EpochRanking(IReadOnlyList<ObjectiveSpec> objectives)
{
    public EpochMetrics BestOf(IEnumerable<EpochMetrics> history) =>
        history.Aggregate((best, next) => IsBetter(next.Values, best.Values) ? next : best);

    public bool IsBetter(IReadOnlyDictionary<string, double> a, IReadOnlyDictionary<string, double> b) =>
        Objectives.IsBetter(objectives, Objectives.ValuesIn(objectives, a), Objectives.ValuesIn(objectives, b));
}
