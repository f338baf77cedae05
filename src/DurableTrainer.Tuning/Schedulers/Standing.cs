using DurableTrainer.Core.Spec;

namespace DurableTrainer.Tuning.Schedulers;

/// <summary>The question that a report puts to a scheduler.</summary>
/// <param name="Objectives">What is better than what.</param>
/// <param name="Own">The trial that has reported; its last report, of finite values, is the one to decide about.</param>
/// <param name="Others">The other trials that have reported something, running and ended, in the order of their numbers.</param>
internal sealed record Standing(IReadOnlyList<ObjectiveSpec> Objectives, Curve Own, IReadOnlyList<Curve> Others)
{
    public int Epoch => Own.Epoch;

    public IReadOnlyList<double> Values => Own.Reports[^1].Values;
}
