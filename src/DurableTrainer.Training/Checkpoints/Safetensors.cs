namespace DurableTrainer.Training.Checkpoints;

/// <summary>
/// The safetensors format (<see href="https://github.com/huggingface/safetensors"/>): the length of the header as 8 little-endian
/// bytes, the header as JSON padded with spaces to a multiple of 8, then the numbers of all tensors, little-endian and without gaps.
/// </summary>
public static class Safetensors
{
    /// <summary>Writes tensors as F32, in their order. The same tensors and metadata give the same bytes.</summary>
    /// <exception cref="ArgumentException">Two tensors share a name, a tensor's values do not fill its shape, or all are too large for
    /// one array.</exception>
    public static byte[] Write(IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string> metadata) =>
        SafetensorsWriter.Write(tensors, metadata);

    /// <summary>Reads tensors in the order of the header; F64, F16 and BF16 become the nearest 32-bit floats.</summary>
    /// <exception cref="CheckpointException">The bytes are not a whole and well-formed safetensors file of these types.</exception>
    public static (IReadOnlyList<NamedTensor> Tensors, IReadOnlyDictionary<string, string> Metadata) Read(ReadOnlySpan<byte> file)
    {
        var header = SafetensorsHeader.Parse(file);
        var data = file[header.DataStart..];
        var tensors = new NamedTensor[header.Tensors.Count];
        for (var i = 0; i < tensors.Length; i++)
        {
            var entry = header.Tensors[i];
            tensors[i] = new NamedTensor(entry.Name, entry.Shape, entry.Type.Decode(data[entry.Start..entry.End]));
        }

        return (tensors, header.Metadata);
    }
}
