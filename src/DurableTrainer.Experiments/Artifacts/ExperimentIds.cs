using System.Globalization;
using DurableTrainer.Storage;

namespace DurableTrainer.Experiments.Artifacts;

/// <summary>Ids of experiments: a name and a number that counts up in the store.</summary>
public static class ExperimentIds
{
    /// <summary>All experiments that have a spec.</summary>
    public static async Task<IReadOnlyList<string>> AllAsync(ArtifactStore store, CancellationToken cancellation = default)
    {
        var ids = new List<string>();
        foreach (var id in await store.ListFoldersAsync(ArtifactPaths.Experiments, cancellation))
        {
            if (await store.ExistsAsync(ArtifactPaths.Spec(id), cancellation))
                ids.Add(id);
        }

        return ids;
    }

    /// <summary>The numbers that are taken under a name.</summary>
    public static async Task<IReadOnlyList<int>> NumbersOfAsync(ArtifactStore store, string name, CancellationToken cancellation = default) =>
        [.. (await AllAsync(store, cancellation))
            .Where(id => NameOf(id) == name)
            .Select(NumberOf)];

    public static string NameOf(string id) => id[..id.LastIndexOf('-')];

    public static int NumberOf(string id) => int.Parse(id[(id.LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture);
}
