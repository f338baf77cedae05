using System.Buffers.Binary;

namespace DurableTrainer.Training.Data;

/// <summary>
/// The head of a file in the IDX format (LeCun, Cortes and Burges, the MNIST database): two zero bytes, the type of its numbers, their
/// dimensions.
/// </summary>
/// <param name="ElementSize">1 for unsigned bytes, 4 for big-endian floats.</param>
/// <param name="Dimensions">The first is the number of items.</param>
internal sealed record IdxHeader(int ElementSize, int[] Dimensions)
{
    private const byte UnsignedByte = 0x08, Float = 0x0d;

    /// <summary>Offset of the first number.</summary>
    public int Length => 4 + 4 * Dimensions.Length;

    /// <summary>Numbers in one item.</summary>
    public long ItemSize => Dimensions.Skip(1).Aggregate(1L, (size, dimension) => checked(size * dimension));

    /// <exception cref="DataException">This is not an IDX file, or one that is too large.</exception>
    public static IdxHeader Read(DataFile file)
    {
        Span<byte> magic = stackalloc byte[4];
        Fill(file, magic, 0);
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
            Fill(file, number, 4 + 4 * i);
            var dimension = BinaryPrimitives.ReadUInt32BigEndian(number);
            if (dimension is 0 or > int.MaxValue || (total *= dimension) > Array.MaxLength)
                throw file.Error($"dimension {i + 1} (byte {4 + 4 * i}) is {dimension}; every one must be at least 1, and all together "
                    + $"may give up to {Array.MaxLength} numbers.");
            dimensions[i] = (int)dimension;
        }

        return new IdxHeader(magic[2] == Float ? 4 : 1, dimensions);
    }

    private static void Fill(DataFile file, Span<byte> bytes, int offset)
    {
        for (var done = 0; done < bytes.Length;)
        {
            var count = file.Read(bytes[done..]);
            if (count == 0)
                throw file.Error($"the file ends at byte {offset + done}, in the middle of its header.");
            done += count;
        }
    }
}
