using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;

namespace DurableTrainer.Training.Checkpoints;

/// <summary>The checked header of a safetensors file: every tensor lies inside the data, and together they fill it without gaps.</summary>
/// <param name="DataStart">Offset of the data in the file.</param>
/// <param name="Tensors">In the order of the header.</param>
/// <param name="Metadata">Free text by key.</param>
internal sealed record SafetensorsHeader(int DataStart, IReadOnlyList<TensorEntry> Tensors, IReadOnlyDictionary<string, string> Metadata)
{
    public const string MetadataName = "__metadata__";

    /// <summary>As the reference implementation has it.</summary>
    private const int MaxLength = 100_000_000;

    /// <exception cref="CheckpointException">The file is cut off or malformed.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> file)
    {
        if (file.Length < sizeof(ulong))
            throw new CheckpointException($"The file has {file.Length} bytes, too few for a safetensors file; it was cut off.");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(file);
        if (length > MaxLength)
            throw new CheckpointException($"The header claims {length} bytes, more than the {MaxLength} that safetensors allows; this "
                + "is no safetensors file.");
        if (length > (ulong)(file.Length - sizeof(ulong)))
            throw new CheckpointException($"The header claims {length} bytes, but {file.Length - sizeof(ulong)} follow; the file was "
                + "cut off.");
        var dataStart = sizeof(ulong) + (int)length;
        var json = file[sizeof(ulong)..dataStart];
        if (json.IsEmpty || json[0] != (byte)'{')
            throw new CheckpointException("The header does not start with '{'; this is no safetensors file.");
        if (!Utf8.IsValid(json))
            throw new CheckpointException("The header is not valid UTF-8.");
        try
        {
            var (tensors, metadata) = ReadJson(json);
            CheckCoverage(tensors, file.Length - dataStart);
            return new SafetensorsHeader(dataStart, tensors, metadata);
        }
        catch (JsonException e)
        {
            throw new CheckpointException($"The header is not the JSON of safetensors: {e.Message}", e);
        }
    }

    private static (List<TensorEntry> Tensors, Dictionary<string, string> Metadata) ReadJson(ReadOnlySpan<byte> bytes)
    {
        var reader = new StrictJsonReader(bytes);
        var tensors = new List<TensorEntry>();
        var metadata = new Dictionary<string, string>();
        var names = new HashSet<string>();
        reader.StartObject();
        while (reader.NextName() is { } name)
        {
            if (!names.Add(name))
                throw new CheckpointException($"The header names '{name}' twice.");
            if (name == MetadataName)
                ReadMetadata(ref reader, metadata);
            else
                tensors.Add(TensorEntry.Read(ref reader, name));
        }

        reader.End();
        return (tensors, metadata);
    }

    private static void ReadMetadata(ref StrictJsonReader reader, Dictionary<string, string> metadata)
    {
        reader.StartObject();
        while (reader.NextName() is { } key)
        {
            if (!metadata.TryAdd(key, reader.Text()))
                throw new CheckpointException($"The metadata names '{key}' twice.");
        }
    }

    private static void CheckCoverage(List<TensorEntry> tensors, int dataLength)
    {
        var end = 0;
        foreach (var tensor in tensors.OrderBy(tensor => tensor.Start).ThenBy(tensor => tensor.End))
        {
            if (tensor.Start != end)
                throw new CheckpointException($"Tensor '{tensor.Name}' starts at byte {tensor.Start} of the data, where {end} was due; "
                    + "tensors must follow each other without gap or overlap.");
            end = tensor.End;
        }

        if (end != dataLength)
            throw new CheckpointException($"The tensors take {end} bytes, but {dataLength} follow the header; "
                + $"{(end > dataLength ? "the file was cut off" : "there is something behind them")}.");
    }
}
