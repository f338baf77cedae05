namespace DurableTrainer.Training.Data;

/// <summary>The files that a path stands for: itself, or those in the folder that it names.</summary>
public static class FolderOfFiles
{
    internal const string Tables = ".csv", Texts = ".txt", Images = ".bin";

    /// <summary>Whether a file of such a name is data of some kind, where a spec names its folder.</summary>
    public static bool MayHold(string name) =>
        Array.Exists([Tables, Texts, Images], extension => EndsWith(name, extension));

    /// <param name="path">As the spec gives it.</param>
    /// <param name="baseFolder">What it is relative to.</param>
    /// <param name="extension">How the names of files in a folder end, before a <c>.gz</c>.</param>
    /// <returns>Paths as the spec would give them, in the ordinal order of their names: the same on every system.</returns>
    /// <exception cref="DataException">The folder cannot be read, or holds no such file.</exception>
    internal static IReadOnlyList<string> Files(string path, string baseFolder, string extension)
    {
        var folder = Path.GetFullPath(path, Path.GetFullPath(baseFolder));
        if (!Directory.Exists(folder))
            return [path];
        try
        {
            string[] names = [.. Directory.EnumerateFiles(folder)
                .Select(file => Path.GetFileName(file))
                .Where(name => EndsWith(name, extension))
                .Order(StringComparer.Ordinal)];
            return names.Length > 0
                ? [.. names.Select(name => $"{path.TrimEnd('/')}/{name}")]
                : throw new DataException($"{path}: the folder has no file that ends in {extension} or {extension}.gz ({folder}).");
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            throw new DataException($"{path}: the folder cannot be read ({folder}): {exception.Message}", exception);
        }
    }

    private static bool EndsWith(string name, string extension) =>
        name.EndsWith(extension, StringComparison.OrdinalIgnoreCase) || name.EndsWith(extension + ".gz", StringComparison.OrdinalIgnoreCase);
}
