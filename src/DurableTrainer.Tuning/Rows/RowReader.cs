using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using DurableTrainer.Core.Space;

namespace DurableTrainer.Tuning.Rows;

/// <summary>Reads what <see cref="RowWriter"/> has written. Any row that it cannot have written ends in a <see cref="JsonException"/>.</summary>
internal ref struct RowReader(ReadOnlySpan<byte> row)
{
    /// <summary>Whole numbers below this take no more room than a float32.</summary>
    public const int MaxWhole = 1 << 26;

    private readonly int length = row.Length;
    private ReadOnlySpan<byte> rest = row;

    public byte Byte() => Take(1)[0];

    public uint Whole()
    {
        ulong value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var part = Byte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80 && value <= uint.MaxValue)
                return (uint)value;
        }

        throw new JsonException($"The row of a trial is damaged: a number that ends at byte {length - rest.Length} is too large.");
    }

    public int Signed()
    {
        var value = Whole();
        return (int)(value >> 1) ^ -(int)(value & 1);
    }

    /// <summary>A number of three digits, or none.</summary>
    public double? Measured()
    {
        var code = BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));
        return code <= ThreeDigits.Last ? ThreeDigits.Of(code)
            : throw new JsonException($"The row of a trial is damaged: nothing measured is {code}, which ends at byte {length - rest.Length}.");
    }

    /// <summary>How many of something follow, each of which takes at least two bits.</summary>
    public int Count(uint count) => count <= 4L * rest.Length ? (int)count : throw Cut();

    public string Text() => Encoding.UTF8.GetString(Take(Count(Whole())));

    public double?[] Numbers(int count)
    {
        var kinds = Take((Count((uint)count) + 3) / 4);
        var numbers = new double?[count];
        for (var i = 0; i < count; i++)
            numbers[i] = Number((NumberKind)((kinds[i / 4] >> (i % 4 * 2)) & 3));
        return numbers;
    }

    public readonly void End()
    {
        if (!rest.IsEmpty)
            throw new JsonException($"The row of a trial is damaged: it ends at byte {length - rest.Length}, but {rest.Length} more follow.");
    }

    private double? Number(NumberKind kind) => kind switch
    {
        NumberKind.Whole => Signed(),
        NumberKind.Single => ShortNumber.Of(BinaryPrimitives.ReadSingleLittleEndian(Take(sizeof(float)))),
        NumberKind.Double => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double))),
        _ => null,
    };

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > rest.Length)
            throw Cut();
        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }

    private readonly JsonException Cut() => new($"The row of a trial is cut: it goes on after its last byte, {length}.");
}
