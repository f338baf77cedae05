using System.Buffers.Binary;

namespace DurableTrainer.Training.Checkpoints;

/// <summary>A type of numbers in a safetensors file.</summary>
internal sealed record TensorType(string Name, int Size, Func<ReadOnlySpan<byte>, float> DecodeOne)
{
    private static readonly TensorType[] All =
    [
        new("F32", 4, BinaryPrimitives.ReadSingleLittleEndian),
        new("F64", 8, bytes => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes)),
        new("F16", 2, bytes => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes)),
        new("BF16", 2, bytes => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16)),
    ];

    public static string Names { get; } = string.Join(", ", All.Select(type => type.Name));

    public static TensorType? Find(string name) => All.FirstOrDefault(type => type.Name == name);

    public float[] Decode(ReadOnlySpan<byte> bytes)
    {
        var values = new float[bytes.Length / Size];
        for (var i = 0; i < values.Length; i++)
            values[i] = DecodeOne(bytes.Slice(i * Size, Size));
        return values;
    }
}
