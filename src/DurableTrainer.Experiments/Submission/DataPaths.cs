using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Experiments.Submission;

/// <summary>The files that a spec takes its samples from.</summary>
public static class DataPaths
{
    /// <summary>Where each path stands, and the path; of all points that stand for the space.</summary>
    public static IEnumerable<(string Pointer, string Path)> Of(SoundParts parts) =>
        parts.Points.SelectMany(point => Of(parts.Training<DataSpec>("data", point))).Distinct();

    /// <summary>Whether a path names something below the folder that it is relative to, on every system.</summary>
    public static bool IsBelowRoot(string path) => WhyNotBelowRoot(path) is null;

    /// <summary>Why it does not; null when it does.</summary>
    public static string? WhyNotBelowRoot(string path)
    {
        var names = path.Split('/');
        return names.Any(name => name is "" or "." or "..") ? "must be names joined by '/', without '.' and '..'"
            : names.Any(name => name.Any(c => c is '\\' or ':' || char.IsControl(c))) ? "has a name with a backslash, colon or control character"
            : null;
    }

    private static IEnumerable<(string Pointer, string Path)> Of(DataSpec? data) => data switch
    {
        CsvDataSpec csv => [("/training/data/path", csv.Path)],
        TextDataSpec text => [("/training/data/path", text.Path)],
        IdxDataSpec idx => [("/training/data/images", idx.Images), ("/training/data/labels", idx.Labels)],
        Cifar10DataSpec cifar10 => [("/training/data/path", cifar10.Path)],
        NpyDataSpec npy => [("/training/data/features", npy.Features), ("/training/data/labels", npy.Labels)],
        _ => [],
    };
}
