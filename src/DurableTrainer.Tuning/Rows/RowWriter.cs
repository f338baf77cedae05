using System.Buffers.Binary;
using System.Text;
using DurableTrainer.Core.Space;

namespace DurableTrainer.Tuning.Rows;

/// <summary>The bytes of a row, and how each kind of part is written. <see cref="RowReader"/> reads them.</summary>
internal sealed class RowWriter
{
    private readonly List<byte> bytes = new(128);

    public ReadOnlySpan<byte> Bytes => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes);

    public void Byte(byte value) => bytes.Add(value);

    /// <summary>Seven bits a byte, the lowest first; the top bit says that more follow.</summary>
    public void Whole(uint value)
    {
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
    }

    /// <summary>Small numbers of either sign stay small: 0, -1, 1, -2 are 0, 1, 2, 3.</summary>
    public void Signed(int value) => Whole((uint)((value << 1) ^ (value >> 31)));

    public void Short(ushort value)
    {
        bytes.Add((byte)value);
        bytes.Add((byte)(value >> 8));
    }

    public void Text(string text)
    {
        Whole((uint)Encoding.UTF8.GetByteCount(text));
        bytes.AddRange(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>First what each number is, two bits each; then the numbers, each as short as it can be without changing.</summary>
    public void Numbers(IReadOnlyList<double?> numbers)
    {
        var kinds = new byte[(numbers.Count + 3) / 4];
        for (var i = 0; i < numbers.Count; i++)
            kinds[i / 4] |= (byte)((int)KindOf(numbers[i]) << (i % 4 * 2));
        bytes.AddRange(kinds);
        for (var i = 0; i < numbers.Count; i++)
            Number((NumberKind)((kinds[i / 4] >> (i % 4 * 2)) & 3), numbers[i].GetValueOrDefault());
    }

    private void Number(NumberKind kind, double value)
    {
        Span<byte> room = stackalloc byte[sizeof(double)];
        switch (kind)
        {
            case NumberKind.Whole:
                Signed((int)value);
                break;
            case NumberKind.Single:
                BinaryPrimitives.WriteSingleLittleEndian(room, (float)value);
                bytes.AddRange(room[..sizeof(float)]);
                break;
            case NumberKind.Double:
                BinaryPrimitives.WriteDoubleLittleEndian(room, value);
                bytes.AddRange(room);
                break;
        }
    }

    private static NumberKind KindOf(double? number) =>
        number is not { } value ? NumberKind.None
        : Math.Abs(value) < RowReader.MaxWhole && Same((int)value, value) ? NumberKind.Whole
        : Same(ShortNumber.Of((float)value), value) ? NumberKind.Single
        : NumberKind.Double;

    private static bool Same(double a, double b) => BitConverter.DoubleToInt64Bits(a) == BitConverter.DoubleToInt64Bits(b);
}

internal enum NumberKind
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>A whole number near 0.</summary>
    Whole,

    /// <summary>The shortest decimal of a float32.</summary>
    Single,

    Double,
}
