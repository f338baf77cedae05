using System.Text;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Experiments.Specs;

/// <summary>Experiment files: JSON (<c>.json</c>, <c>.jsonc</c>) or YAML (<c>.yaml</c>, <c>.yml</c>), up to 1 MiB.</summary>
public static class SpecFile
{
    private const int MaxBytes = 1 << 20;

    /// <param name="path">The file; its extension says how it is written.</param>
    /// <param name="needsTraining">Without, the file may leave out <c>training</c>: it is then only asked which points to try.</param>
    /// <param name="check">Looks further at what is sound so far.</param>
    /// <exception cref="SpecException">The file cannot be read, or something in it is wrong; carries everything that is.</exception>
    public static ExperimentSpec Read(string path, bool needsTraining = true, SpecCheck? check = null) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        _ when Directory.Exists(path) => throw Problem(path, "is a folder, must be a file"),
        ".json" or ".jsonc" => SpecReader.Read(Text(path), needsTraining, check),
        ".yaml" or ".yml" => ReadYaml(Text(path), needsTraining, check),
        var extension => throw Problem(path, $"ends in '{extension}', must end in .json, .jsonc, .yaml or .yml"),
    };

    /// <summary>Reads YAML that does not come from a file.</summary>
    /// <exception cref="SpecException">Something in it is wrong; carries everything that is.</exception>
    public static ExperimentSpec ReadYaml(string text, bool needsTraining = true, SpecCheck? check = null) =>
        SpecReader.Read(YamlText.Parse(text), needsTraining, check);

    private static string Text(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > MaxBytes)
                throw Problem(path, $"has {file.Length} bytes, may have up to {MaxBytes} (1 MiB)");
            using var reader = new StreamReader(file, new UTF8Encoding(false, throwOnInvalidBytes: true));
            return reader.ReadToEnd();
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Problem(path, "does not exist");
        }
        catch (UnauthorizedAccessException)
        {
            throw Problem(path, "may not be read by this user");
        }
        catch (DecoderFallbackException)
        {
            throw Problem(path, "is not UTF-8 text");
        }
        catch (IOException exception)
        {
            throw Problem(path, $"cannot be read: {exception.Message}");
        }
    }

    private static SpecException Problem(string path, string message) => new([new SpecProblem("", $"{path} {message}")]);
}
