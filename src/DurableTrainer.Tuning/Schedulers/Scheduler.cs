using DurableTrainer.Core.Spec;

namespace DurableTrainer.Tuning.Schedulers;

/// <summary>The rule that continues and stops trials at rungs.</summary>
internal abstract class Scheduler
{
    public static Scheduler Create(SchedulerSpec spec) => spec switch
    {
        NoSchedulerSpec => new NoScheduler(),
        AshaSpec asha => new AshaScheduler(asha),
        _ => throw new NotSupportedException($"The scheduler '{spec.GetType().Name}' is not part of this version."),
    };

    /// <summary>The first epoch after <paramref name="epoch"/> at which a decision is made; at most <paramref name="maxEpochs"/>.</summary>
    public abstract int NextRung(int epoch, int maxEpochs);

    /// <summary>Why a trial that stands at a rung is not worth going on, or null when it is.</summary>
    /// <param name="objective">What is better than what.</param>
    /// <param name="epoch">The rung.</param>
    /// <param name="value">The trial's value there.</param>
    /// <param name="others">The values that other trials had there.</param>
    public abstract string? WhyStop(ObjectiveSpec objective, int epoch, double value, IReadOnlyList<double> others);
}

/// <summary>Every trial runs to its last epoch.</summary>
internal sealed class NoScheduler : Scheduler
{
    public override int NextRung(int epoch, int maxEpochs) => maxEpochs;

    public override string? WhyStop(ObjectiveSpec objective, int epoch, double value, IReadOnlyList<double> others) => null;
}
