using DurableTrainer.Durable;
using DurableTrainer.Storage;

namespace DurableTrainer.Experiments.Activities;

/// <summary>What the artifacts of an experiment take, in bytes.</summary>
internal sealed class MeasureStorageActivity(ArtifactStore store) : Activity<string, long>
{
    public override Task<long> RunAsync(ActivityContext context, string input, CancellationToken cancellation) =>
        store.SizeAsync(ArtifactPaths.Experiment(input), cancellation);
}
