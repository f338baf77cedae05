using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DurableTrainer.Training.Checkpoints;

internal static class SafetensorsWriter
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var header = Header(tensors, metadata, out var dataLength);
        var start = sizeof(ulong) + header.Length;
        if (start + dataLength > Array.MaxLength)
            throw new ArgumentException($"The tensors hold {dataLength} bytes; one file takes up to {Array.MaxLength}.", nameof(tensors));
        var file = new byte[start + dataLength];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)header.Length);
        header.CopyTo(file.AsSpan(sizeof(ulong)));
        var data = file.AsSpan(start);
        foreach (var tensor in tensors)
        {
            for (var i = 0; i < tensor.Values.Length; i++)
                BinaryPrimitives.WriteSingleLittleEndian(data[(i * sizeof(float))..], tensor.Values[i]);
            data = data[(tensor.Values.Length * sizeof(float))..];
        }

        return file;
    }

    private static ReadOnlySpan<byte> Header(
        IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string> metadata, out long dataLength)
    {
        var buffer = new ArrayBufferWriter<byte>();
        dataLength = 0;
        using (var json = new Utf8JsonWriter(buffer, Json))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata);
            var names = new HashSet<string> { SafetensorsHeader.MetadataName };
            foreach (var tensor in tensors)
            {
                if (!names.Add(tensor.Name))
                    throw new ArgumentException($"The name '{tensor.Name}' is taken; every tensor needs one of its own.", nameof(tensors));
                dataLength = WriteEntry(json, tensor, dataLength);
            }

            json.WriteEndObject();
        }

        var padding = -buffer.WrittenCount & 7;
        buffer.GetSpan(padding)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        return buffer.WrittenSpan;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.Count == 0)
            return;
        json.WriteStartObject(SafetensorsHeader.MetadataName);
        foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    /// <returns>The end of the tensor's data.</returns>
    private static long WriteEntry(Utf8JsonWriter json, NamedTensor tensor, long start)
    {
        var count = tensor.Shape.Aggregate((Int128)1, (size, dimension) => dimension < 0 ? -1 : size * dimension);
        if (count != tensor.Values.Length)
            throw new ArgumentException($"Tensor '{tensor.Name}' has {tensor.Values.Length} values, which do not fill "
                + $"[{string.Join(", ", tensor.Shape)}].");
        var end = start + (long)tensor.Values.Length * sizeof(float);
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", "F32");
        json.WriteStartArray("shape");
        foreach (var dimension in tensor.Shape)
            json.WriteNumberValue(dimension);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(start);
        json.WriteNumberValue(end);
        json.WriteEndArray();
        json.WriteEndObject();
        return end;
    }
}
