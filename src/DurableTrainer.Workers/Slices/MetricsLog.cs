using System.Text.Json;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Storage;

namespace DurableTrainer.Workers.Slices;

/// <summary>The log of a trial's epochs. An epoch that it already holds is not written again.</summary>
public sealed class MetricsLog
{
    private static readonly JsonSerializerOptions Options = new(SpecJson.Options) { WriteIndented = false };

    private readonly ArtifactStore store;
    private readonly string path;
    private int lastEpoch;

    private MetricsLog(ArtifactStore store, string path, int lastEpoch) => (this.store, this.path, this.lastEpoch) = (store, path, lastEpoch);

    internal static async Task<MetricsLog> OpenAsync(ArtifactStore store, string experiment, int trial) =>
        new(store, ArtifactPaths.Metrics(experiment, trial), (await ReadAsync(store, experiment, trial)).Select(line => line.Epoch).DefaultIfEmpty().Max());

    /// <summary>The epochs of a trial in order, each once.</summary>
    public static async Task<IReadOnlyList<EpochReport>> ReadAsync(ArtifactStore store, string experiment, int trial, CancellationToken cancellation = default) =>
        [.. (await store.ReadLinesAsync(ArtifactPaths.Metrics(experiment, trial), cancellation))
            .Select(line => JsonSerializer.Deserialize<EpochReport>(line, Options)!)
            .DistinctBy(report => report.Epoch)
            .OrderBy(report => report.Epoch)];

    internal async Task AppendAsync(EpochReport report)
    {
        if (report.Epoch <= lastEpoch)
            return;
        await store.AppendAsync(path, [JsonSerializer.Serialize(report, Options)]);
        lastEpoch = report.Epoch;
    }
}
