using System.IO.Compression;
using System.Text;

namespace DurableTrainer.Cli.Tests;

internal static class Gzip
{
    public static string[] Lines(byte[] compressed)
    {
        using var reader = new StreamReader(new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress));
        return reader.ReadToEnd().TrimEnd().Split('\n');
    }

    public static byte[] Compress(string text)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionMode.Compress))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return compressed.ToArray();
    }
}
