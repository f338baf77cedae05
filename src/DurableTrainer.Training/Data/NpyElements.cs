using System.Buffers.Binary;

namespace DurableTrainer.Training.Data;

/// <summary>The numbers that NumPy's types stand for.</summary>
internal static class NpyElements
{
    /// <param name="type">Order of bytes, kind and size: <c>&lt;f4</c>.</param>
    /// <returns>Null for a type that is no number.</returns>
    public static ArrayElement? Of(string type)
    {
        if (type.Length < 2)
            return null;
        var isBig = type[0] == '>';
        return type[0] is '<' or '>' or '|' or '=' ? Of(type[1..], isBig) : Of(type, isBig);
    }

    private static ArrayElement? Of(string type, bool isBig) => (type, isBig) switch
    {
        ("b1" or "u1", _) => new(1, bytes => bytes[0]),
        ("i1", _) => new(1, bytes => (sbyte)bytes[0]),
        ("u2", false) => new(2, bytes => BinaryPrimitives.ReadUInt16LittleEndian(bytes)),
        ("u2", true) => new(2, bytes => BinaryPrimitives.ReadUInt16BigEndian(bytes)),
        ("i2", false) => new(2, bytes => BinaryPrimitives.ReadInt16LittleEndian(bytes)),
        ("i2", true) => new(2, bytes => BinaryPrimitives.ReadInt16BigEndian(bytes)),
        ("u4", false) => new(4, bytes => BinaryPrimitives.ReadUInt32LittleEndian(bytes)),
        ("u4", true) => new(4, bytes => BinaryPrimitives.ReadUInt32BigEndian(bytes)),
        ("i4", false) => new(4, bytes => BinaryPrimitives.ReadInt32LittleEndian(bytes)),
        ("i4", true) => new(4, bytes => BinaryPrimitives.ReadInt32BigEndian(bytes)),
        ("u8", false) => new(8, bytes => BinaryPrimitives.ReadUInt64LittleEndian(bytes)),
        ("u8", true) => new(8, bytes => BinaryPrimitives.ReadUInt64BigEndian(bytes)),
        ("i8", false) => new(8, bytes => BinaryPrimitives.ReadInt64LittleEndian(bytes)),
        ("i8", true) => new(8, bytes => BinaryPrimitives.ReadInt64BigEndian(bytes)),
        ("f2", false) => new(2, bytes => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes)),
        ("f2", true) => new(2, bytes => (double)BinaryPrimitives.ReadHalfBigEndian(bytes)),
        ("f4", false) => new(4, bytes => BinaryPrimitives.ReadSingleLittleEndian(bytes)),
        ("f4", true) => new(4, bytes => BinaryPrimitives.ReadSingleBigEndian(bytes)),
        ("f8", false) => new(8, bytes => BinaryPrimitives.ReadDoubleLittleEndian(bytes)),
        ("f8", true) => new(8, bytes => BinaryPrimitives.ReadDoubleBigEndian(bytes)),
        _ => null,
    };
}
