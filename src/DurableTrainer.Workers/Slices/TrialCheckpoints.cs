using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Storage;
using DurableTrainer.Training.Checkpoints;
using DurableTrainer.Training.Sessions;

namespace DurableTrainer.Workers.Slices;

/// <summary>The checkpoints of a trial whose model this program trains.</summary>
internal sealed class TrialCheckpoints(ArtifactStore store, SliceRequest request, IReadOnlyList<ObjectiveSpec> objectives)
    : BranchCheckpoints<Checkpoint>(store, request, objectives, new(ArtifactPaths.Safetensors, content => Checkpoint.Read(content)))
{
    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(2);

    /// <exception cref="CheckpointException">It is gone or damaged.</exception>
    public static async Task<Checkpoint> ReadAsync(ArtifactStore store, string path) =>
        Checkpoint.Read(await store.ReadAsync(path) ?? throw new CheckpointException($"The checkpoint '{path}' is gone."));

    /// <summary>Takes note of an epoch; the best one's parameters are kept until they are saved.</summary>
    public void Observe(ITrainingSession session, IReadOnlyDictionary<string, double> metrics) =>
        Observe(session.History[^1] with { Values = metrics }, () => session.Capture().Write());

    public Task SaveIfDueAsync(ITrainingSession session, TimeProvider time) =>
        SaveIfDueAsync(() => session.Capture().Write(), time, SaveInterval);

    /// <param name="session">Null when nothing was trained.</param>
    public Task SaveAsync(ITrainingSession? session) => SaveAsync(session is null ? null : () => session.Capture().Write());
}
