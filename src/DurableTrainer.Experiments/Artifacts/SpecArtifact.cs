using System.Text;
using DurableTrainer.Core.Spec;
using DurableTrainer.Storage;

namespace DurableTrainer.Experiments.Artifacts;

/// <summary>The completed spec of an experiment, as it was submitted.</summary>
public static class SpecArtifact
{
    /// <exception cref="StorageException">There is none.</exception>
    public static async Task<ExperimentSpec> ReadAsync(ArtifactStore store, string experiment, CancellationToken cancellation) =>
        await store.ReadAsync(ArtifactPaths.Spec(experiment), cancellation) is { } json
            ? SpecReader.Read(Encoding.UTF8.GetString(json))
            : throw new StorageException(StorageFault.Missing, $"The spec of experiment '{experiment}' is gone.");
}
