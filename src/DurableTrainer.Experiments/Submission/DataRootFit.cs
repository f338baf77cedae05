using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Experiments.Submission;

/// <summary>Keeps a spec that a stranger sent to the files below a server's data root.</summary>
internal static class DataRootFit
{
    /// <param name="parts">Of the spec.</param>
    /// <param name="root">The data root.</param>
    public static IReadOnlyList<SpecProblem> Problems(SoundParts parts, string root)
    {
        var problems = new Dictionary<string, SpecProblem>(StringComparer.Ordinal);
        foreach (var point in parts.Points)
        {
            foreach (var (pointer, path) in PathsOf(parts.Training<DataSpec>("data", point)))
            {
                if (!IsBelowRoot(path))
                    problems.TryAdd(pointer, new SpecProblem(pointer, $"is '{path}', must be relative to the server's data root and may not leave it: names joined by '/', without '..'"));
                else if (!File.Exists(Path.Combine(root, path)))
                    problems.TryAdd(pointer, new SpecProblem(pointer, $"is '{path}', which is not among the server's data; GET /api/data lists them, PUT /api/data/{path} uploads one"));
            }
        }

        return [.. problems.Values];
    }

    /// <summary>Whether a path names something below a folder, on every system.</summary>
    public static bool IsBelowRoot(string path) =>
        path.Split('/').All(name => name.Length > 0 && name is not ("." or "..") && !name.Any(c => c is '\\' or ':' || char.IsControl(c)));

    private static IEnumerable<(string Pointer, string Path)> PathsOf(DataSpec? data) => data switch
    {
        CsvDataSpec csv => [("/training/data/path", csv.Path)],
        TextDataSpec text => [("/training/data/path", text.Path)],
        IdxDataSpec idx => [("/training/data/images", idx.Images), ("/training/data/labels", idx.Labels)],
        _ => [],
    };
}
