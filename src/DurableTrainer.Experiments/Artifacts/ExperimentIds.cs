using System.Globalization;
using DurableTrainer.Storage;

namespace DurableTrainer.Experiments.Artifacts;

/// <summary>Ids of experiments: a name and a number that counts up in the store.</summary>
public static class ExperimentIds
{
    /// <summary>All experiments that have a spec; folders whose name is no id are not looked at.</summary>
    public static async Task<IReadOnlyList<string>> AllAsync(ArtifactStore store, CancellationToken cancellation = default)
    {
        var ids = new List<string>();
        foreach (var id in await store.ListFoldersAsync(ArtifactPaths.Experiments, cancellation))
        {
            if (TryNumberOf(id) is not null && await store.ExistsAsync(ArtifactPaths.Spec(id), cancellation))
                ids.Add(id);
        }

        return ids;
    }

    /// <summary>The numbers of the experiments of a name.</summary>
    public static async Task<IReadOnlyList<int>> NumbersOfAsync(ArtifactStore store, string name, CancellationToken cancellation = default) =>
        [.. (await AllAsync(store, cancellation))
            .Where(id => NameOf(id) == name)
            .Select(NumberOf)];

    public static string Of(string name, int number) => string.Create(CultureInfo.InvariantCulture, $"{name}-{number}");

    public static string NameOf(string id) => id[..id.LastIndexOf('-')];

    public static int NumberOf(string id) => TryNumberOf(id) ?? throw new ArgumentException($"'{id}' is not the id of an experiment.", nameof(id));

    private static int? TryNumberOf(string id) =>
        id.Contains('-', StringComparison.Ordinal)
        && int.TryParse(id.AsSpan(id.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
