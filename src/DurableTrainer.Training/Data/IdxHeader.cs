using System.Buffers.Binary;

namespace DurableTrainer.Training.Data;

/// <summary>
/// The head of a file in the IDX format (LeCun, Cortes and Burges, the MNIST database): two zero bytes, the type of its numbers, their
/// dimensions.
/// </summary>
internal static class IdxHeader
{
    private const byte UnsignedByte = 0x08, Float = 0x0d;

    private static readonly ArrayElement Bytes = new(1, bytes => bytes[0]);
    private static readonly ArrayElement Floats = new(4, bytes => BinaryPrimitives.ReadSingleBigEndian(bytes));

    /// <exception cref="DataException">This is not an IDX file, or one that is too large.</exception>
    public static ArrayHeader Read(DataFile file)
    {
        Span<byte> magic = stackalloc byte[4];
        file.FillHeader(magic, 0);
        if (magic[0] != 0 || magic[1] != 0 || magic[2] is not (UnsignedByte or Float) || magic[3] == 0)
        {
            throw file.Error($"the file starts with the bytes {Convert.ToHexStringLower(magic)}, which is no IDX file of bytes "
                + "(000008…) or floats (00000d…).");
        }

        var dimensions = new int[magic[3]];
        Span<byte> number = stackalloc byte[4];
        Int128 total = 1;
        for (var i = 0; i < dimensions.Length; i++)
        {
            file.FillHeader(number, 4 + 4 * i);
            var dimension = BinaryPrimitives.ReadUInt32BigEndian(number);
            if (dimension is 0 or > int.MaxValue || (total *= dimension) > Array.MaxLength)
                throw file.Error($"dimension {i + 1} (byte {4 + 4 * i}) is {dimension}; every one must be at least 1, and all together "
                    + $"may give up to {Array.MaxLength} numbers.");
            dimensions[i] = (int)dimension;
        }

        return new ArrayHeader(magic[2] == Float ? Floats : Bytes, dimensions, 4 + 4 * dimensions.Length);
    }
}
