using System.Text.Json;
using DurableTrainer.Storage;

namespace DurableTrainer.Experiments.Artifacts;

/// <summary>Reads artifacts that hold JSON.</summary>
public static class ArtifactReading
{
    /// <summary>The content of a file, or null when it is not there.</summary>
    /// <exception cref="StorageException">It is damaged.</exception>
    public static async Task<T?> ReadJsonAsync<T>(this ArtifactStore store, string path, CancellationToken cancellation = default) where T : class =>
        await store.ReadAsync(path, cancellation) is { } json ? Parse(path, () => ArtifactJson.Read<T>(json)) : null;

    /// <summary>The content of a file that must be there.</summary>
    /// <exception cref="StorageException">It is gone or damaged.</exception>
    public static async Task<T> RequireJsonAsync<T>(this ArtifactStore store, string path, CancellationToken cancellation = default) where T : class =>
        await store.ReadJsonAsync<T>(path, cancellation) ?? throw Gone(path);

    /// <summary>The bytes of a file that must be there.</summary>
    /// <exception cref="StorageException">It is gone.</exception>
    public static async Task<byte[]> RequireAsync(this ArtifactStore store, string path, CancellationToken cancellation = default) =>
        await store.ReadAsync(path, cancellation) ?? throw Gone(path);

    /// <summary>The events of an experiment, in order. One that was written twice, by two hosts that both did what it tells of, is there once.</summary>
    /// <exception cref="StorageException">A line is damaged.</exception>
    public static async Task<IReadOnlyList<ExperimentEvent>> ReadEventsAsync(
        this ArtifactStore store, string experiment, CancellationToken cancellation = default)
    {
        var path = ArtifactPaths.Events(experiment);
        var lines = await store.ReadLinesAsync(path, cancellation);
        return [.. lines.Select(line => Parse(path, () => ArtifactJson.Read<ExperimentEvent>(line))).DistinctBy(happened => happened.Id)];
    }

    private static T Parse<T>(string path, Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (JsonException exception)
        {
            throw new StorageException(
                StorageFault.Other, $"The artifact '{path}' is damaged: {exception.Message} Put a sound copy in its place, or remove its experiment.", exception);
        }
    }

    private static StorageException Gone(string path) =>
        new(StorageFault.Missing, $"The artifact '{path}' is gone. Put it back, or remove its experiment.");
}
