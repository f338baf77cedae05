using DurableTrainer.Durable;
using DurableTrainer.Storage;

namespace DurableTrainer.Experiments.Activities;

/// <summary>Raises the flag that running slices look at after every epoch.</summary>
internal sealed class RaiseStopFlagActivity(ArtifactStore store) : Activity<string, Unit>
{
    public override async Task<Unit> RunAsync(ActivityContext context, string input, CancellationToken cancellation)
    {
        await store.WriteAsync(ArtifactPaths.Stop(input), ReadOnlyMemory<byte>.Empty, cancellation);
        return new Unit();
    }
}
