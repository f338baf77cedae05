using System.Globalization;
using System.Text.RegularExpressions;
using DurableTrainer.Storage;

namespace DurableTrainer.Experiments.Artifacts;

/// <summary>Ids of experiments: a name and a number that counts up in the store.</summary>
public static partial class ExperimentIds
{
    /// <summary>Whether a text can be the id of an experiment. What can is a name of a single folder on every system.</summary>
    public static bool IsId(string text) => Id().IsMatch(text);

    /// <summary>All experiments that have a spec; folders whose name is no id are not looked at.</summary>
    public static Task<IReadOnlyList<string>> AllAsync(ArtifactStore store, CancellationToken cancellation = default) =>
        AmongAsync(store, _ => true, cancellation);

    /// <summary>The numbers of the experiments of a name.</summary>
    public static async Task<IReadOnlyList<int>> NumbersOfAsync(ArtifactStore store, string name, CancellationToken cancellation = default) =>
        [.. (await AmongAsync(store, id => NameOf(id) == name, cancellation)).Select(NumberOf)];

    /// <summary>The newest experiment of each name.</summary>
    public static async Task<IReadOnlyList<string>> LatestAsync(ArtifactStore store, CancellationToken cancellation = default)
    {
        var latest = new List<string>();
        var folders = await store.ListFoldersAsync(ArtifactPaths.Experiments, cancellation);
        foreach (var name in folders.Where(id => TryNumberOf(id) is not null).GroupBy(NameOf))
        {
            foreach (var id in name.OrderByDescending(NumberOf))
            {
                // Where there is no spec, a submission was cut short, or the experiment is deleted.
                if (!await store.ExistsAsync(ArtifactPaths.Spec(id), cancellation))
                    continue;
                latest.Add(id);
                break;
            }
        }

        return latest;
    }

    private static async Task<IReadOnlyList<string>> AmongAsync(ArtifactStore store, Func<string, bool> isWanted, CancellationToken cancellation)
    {
        var ids = new List<string>();
        foreach (var id in await store.ListFoldersAsync(ArtifactPaths.Experiments, cancellation))
        {
            if (TryNumberOf(id) is not null && isWanted(id) && await store.ExistsAsync(ArtifactPaths.Spec(id), cancellation))
                ids.Add(id);
        }

        return ids;
    }

    public static string Of(string name, int number) => string.Create(CultureInfo.InvariantCulture, $"{name}-{number}");

    public static string NameOf(string id) => id[..id.LastIndexOf('-')];

    public static int NumberOf(string id) => TryNumberOf(id) ?? throw new ArgumentException($"'{id}' is not the id of an experiment.", nameof(id));

    [GeneratedRegex(@"^[a-z0-9-]{1,63}-[0-9]{1,9}\z")]
    private static partial Regex Id();

    private static int? TryNumberOf(string id) =>
        id.Contains('-', StringComparison.Ordinal)
        && int.TryParse(id.AsSpan(id.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
