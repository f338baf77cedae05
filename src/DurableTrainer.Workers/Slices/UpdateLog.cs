using System.Text.Json;
using DurableTrainer.Core.Trials;
using DurableTrainer.Storage;
using DurableTrainer.Training.Parallel.Async;
using DurableTrainer.Training.Sessions;

namespace DurableTrainer.Workers.Slices;

/// <summary>
/// The log of the updates of a trial whose learners do not wait for each other. What is in it is replayed rather than trained anew, so that a
/// trial that goes on from an earlier checkpoint becomes what its metrics say that it was.
/// </summary>
internal sealed class UpdateLog(ArtifactStore store, string path, AsyncSession session)
{
    /// <summary>Has the session recall what is logged.</summary>
    /// <returns>Null when a session has no such updates.</returns>
    /// <exception cref="StorageException">A line is damaged.</exception>
    public static async Task<UpdateLog?> OpenAsync(ArtifactStore store, SliceRequest request, ITrainingSession session)
    {
        if (session is not AsyncSession parallel)
            return null;
        var path = ArtifactPaths.Updates(request.Experiment, request.Trial, request.Branch);
        try
        {
            parallel.Recall((await store.ReadLinesAsync(path)).Select(UpdateRecord.Parse));
        }
        catch (JsonException exception)
        {
            throw new StorageException(
                StorageFault.Other, $"The artifact '{path}' is damaged: {exception.Message} Put a sound copy in its place, or remove it.", exception);
        }

        return new UpdateLog(store, path, parallel);
    }

    /// <summary>Adds the updates of the epoch that was completed last.</summary>
    public async Task AppendAsync()
    {
        if (session.Records.Count > 0)
            await store.AppendAsync(path, [.. session.Records.Select(record => record.ToLine())]);
    }
}
