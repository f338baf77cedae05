using DurableTrainer.Core.Spec;

namespace DurableTrainer.Tuning.Schedulers;

/// <summary>Successive halving among all trials.</summary>
internal sealed class AshaScheduler(AshaSpec spec) : Scheduler
{
    private readonly Halving halving = new(spec.MinEpochs, spec.Reduction);

    public override int NextRung(int bracket, int epoch, int maxEpochs) => halving.NextRung(epoch, maxEpochs);

    public override Ruling? Rule(Standing standing) => halving.Rule(standing, _ => true);
}
