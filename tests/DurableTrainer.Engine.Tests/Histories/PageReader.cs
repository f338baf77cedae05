using System.Buffers.Binary;
using System.Text.Json.Nodes;

namespace DurableTrainer.Engine.Tests.Histories;

/// <summary>A reader of journals that knows nothing but docs/journal.md.</summary>
internal static class PageReader
{
    /// <summary>The records of a sound journal, in the order in which they are to be applied.</summary>
    public static List<JsonObject> Read(string folder)
    {
        var files = Directory.GetFiles(folder).Select(path => (Path: path, Name: Path.GetFileName(path))).Where(file => !file.Name.EndsWith(".new", StringComparison.Ordinal)).ToList();
        var snapshot = files.Where(file => file.Name.StartsWith("snapshot-", StringComparison.Ordinal)).MaxBy(file => file.Name, StringComparer.Ordinal);
        var first = snapshot.Name is null ? 1 : long.Parse(snapshot.Name["snapshot-".Length..], System.Globalization.CultureInfo.InvariantCulture);
        var records = snapshot.Path is null ? [] : Records(snapshot.Path).ToList();
        for (var number = first; File.Exists(Path.Combine(folder, $"segment-{number:D10}")); number++)
            records.AddRange(Records(Path.Combine(folder, $"segment-{number:D10}")));
        return records;
    }

    private static IEnumerable<JsonObject> Records(string path)
    {
        var file = File.ReadAllBytes(path);
        Assert.Equal("DTRAINJ1"u8.ToArray(), file[..8]);
        Assert.EndsWith(BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(8)).ToString("D10", System.Globalization.CultureInfo.InvariantCulture), path, StringComparison.Ordinal);
        Assert.Equal(Crc32C(file.AsSpan(0, 16)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(16)));
        for (var at = 20; at < file.Length;)
        {
            var payload = file.AsMemory(at + 8, BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at)));
            Assert.Equal(Crc32C(payload.Span), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 4)));
            at += 8 + payload.Length;
            while (!payload.IsEmpty)
            {
                var length = BinaryPrimitives.ReadInt32LittleEndian(payload.Span);
                yield return JsonNode.Parse(payload.Span.Slice(4, length))!.AsObject();
                payload = payload[(4 + length)..];
            }
        }
    }

    // Bit by bit, as RFC 3720 has it: reflected, polynomial 0x1EDC6F41.
    private static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }

        return ~crc;
    }
}
