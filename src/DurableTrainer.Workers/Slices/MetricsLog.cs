using System.Text.Json;
using System.Text.Json.Serialization;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Storage;

namespace DurableTrainer.Workers.Slices;

/// <summary>The log of a trial's epochs. An epoch that it already holds is not written again.</summary>
public sealed class MetricsLog
{
    private static readonly JsonSerializerOptions Options = new(SpecJson.Options) { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly ArtifactStore store;
    private readonly string path;
    private readonly List<EpochReport> known;

    private MetricsLog(ArtifactStore store, string path, IEnumerable<EpochReport> known) => (this.store, this.path, this.known) = (store, path, [.. known]);

    internal static async Task<MetricsLog> OpenAsync(ArtifactStore store, string experiment, int trial) =>
        new(store, ArtifactPaths.Metrics(experiment, trial), await ReadAsync(store, experiment, trial));

    /// <summary>The epochs of a trial in order, each once.</summary>
    /// <exception cref="StorageException">A line is damaged.</exception>
    public static async Task<IReadOnlyList<EpochReport>> ReadAsync(ArtifactStore store, string experiment, int trial, CancellationToken cancellation = default)
    {
        var path = ArtifactPaths.Metrics(experiment, trial);
        try
        {
            return [.. (await store.ReadLinesAsync(path, cancellation))
                .Select(line => JsonSerializer.Deserialize<EpochReport>(line, Options)!)
                .DistinctBy(report => report.Epoch)
                .OrderBy(report => report.Epoch)];
        }
        catch (JsonException exception)
        {
            throw new StorageException(StorageFault.Other, $"The artifact '{path}' is damaged: {exception.Message} Put a sound copy in its place, or remove it.", exception);
        }
    }

    /// <summary>What the epochs after one and up to another used, as far as they are logged.</summary>
    internal Usage UsageOf(int afterEpoch, int toEpoch) =>
        known.Where(report => report.Epoch > afterEpoch && report.Epoch <= toEpoch).Aggregate(Usage.None, (sum, report) => sum + report.Usage);

    internal async Task AppendAsync(EpochReport report)
    {
        if (known.Exists(line => line.Epoch >= report.Epoch))
            return;
        await store.AppendAsync(path, [JsonSerializer.Serialize(report, Options)]);
        known.Add(report);
    }
}
