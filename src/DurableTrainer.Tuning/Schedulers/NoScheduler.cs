namespace DurableTrainer.Tuning.Schedulers;

/// <summary>Every trial runs to its last epoch.</summary>
internal sealed class NoScheduler : Scheduler
{
    public override int NextRung(int bracket, int epoch, int maxEpochs) => maxEpochs;

    public override Ruling? Rule(Standing standing) => null;
}
