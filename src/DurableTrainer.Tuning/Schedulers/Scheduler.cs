using System.Diagnostics;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Tuning.Schedulers;

/// <summary>The rule that continues and stops trials at rungs. It remembers nothing: all that it decides follows from what was reported.</summary>
internal abstract class Scheduler
{
    public static Scheduler Create(SchedulerSpec spec) => spec switch
    {
        NoSchedulerSpec => new NoScheduler(),
        AshaSpec asha => new AshaScheduler(asha),
        HyperbandSpec hyperband => new HyperbandScheduler(hyperband),
        MedianSpec median => new MedianScheduler(median),
        _ => throw new UnreachableException(),
    };

    /// <summary>
    /// The first epoch after <paramref name="epoch"/> at which trials of a bracket are decided about; at most <paramref name="maxEpochs"/>.
    /// </summary>
    public abstract int NextRung(int bracket, int epoch, int maxEpochs);

    /// <summary>
    /// Whether a trial is worth going on after its last report, and why, in words that a user understands; null when it is not compared with
    /// anybody there.
    /// </summary>
    public abstract Ruling? Rule(Standing standing);

    /// <summary>Into how many brackets trials of so many epochs are divided. Those of a bracket are compared only with each other.</summary>
    public virtual int Brackets(int maxEpochs) => 1;

    /// <summary>The bracket of a trial, from 0: the same whenever it is asked for.</summary>
    public virtual int BracketOf(int trial, int maxEpochs) => 0;
}
