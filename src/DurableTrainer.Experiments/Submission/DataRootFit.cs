using DurableTrainer.Core.Spec;
using DurableTrainer.Storage.Blobs.Data;
using DurableTrainer.Workers.Slices;

namespace DurableTrainer.Experiments.Submission;

/// <summary>Keeps a spec that a stranger sent to the files below a server's data root.</summary>
internal static class DataRootFit
{
    /// <param name="parts">Of the spec.</param>
    /// <param name="root">The data root.</param>
    /// <param name="files">Looks for them.</param>
    public static IReadOnlyList<SpecProblem> Problems(SoundParts parts, string root, DataFiles files)
    {
        var problems = new Dictionary<string, SpecProblem>(StringComparer.Ordinal);
        foreach (var (pointer, path) in DataPaths.Of(parts))
        {
            // Blobs are not below the root: what reads them says what is wrong with them.
            if (BlobPath.IsMeant(path))
                continue;
            if (!DataPaths.IsBelowRoot(path))
                problems.TryAdd(pointer, new SpecProblem(pointer, $"is '{path}', must be relative to the server's data root and may not leave it: names joined by '/', without '..'"));
            else if (!files.Exists(root, path))
                problems.TryAdd(pointer, new SpecProblem(pointer, $"is '{path}', which is not among the server's data; GET /api/data lists them, PUT /api/data/{path} uploads one"));
        }

        return [.. problems.Values];
    }
}
