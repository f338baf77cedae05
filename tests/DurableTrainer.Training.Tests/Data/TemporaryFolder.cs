using System.IO.Compression;
using System.Text;

namespace DurableTrainer.Training.Tests.Data;

/// <summary>A folder of a test, gone with it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("durabletrainer-").FullName;

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes the content as the name asks for: compressed when it ends in <c>.gz</c>.</summary>
    /// <returns>The name.</returns>
    public string Write(string name, byte[] content)
    {
        File.WriteAllBytes(System.IO.Path.Combine(Path, name), name.EndsWith(".gz", StringComparison.Ordinal) ? Compress(content) : content);
        return name;
    }

    public string WriteRaw(string name, byte[] content)
    {
        File.WriteAllBytes(System.IO.Path.Combine(Path, name), content);
        return name;
    }

    public static byte[] Compress(byte[] content, CompressionLevel level = CompressionLevel.Optimal)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, level))
            gzip.Write(content);
        return compressed.ToArray();
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
