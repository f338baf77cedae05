namespace DurableTrainer.Training.Data;

/// <summary>What stands before the numbers of an array in a file.</summary>
/// <param name="Element">How one of its numbers is stored.</param>
/// <param name="Dimensions">The first is the number of items.</param>
/// <param name="Length">Offset of the first number.</param>
internal sealed record ArrayHeader(ArrayElement Element, int[] Dimensions, int Length)
{
    /// <summary>Numbers in one item.</summary>
    public long ItemSize => Dimensions.Skip(1).Aggregate(1L, (size, dimension) => checked(size * dimension));

    /// <summary>Numbers in all items.</summary>
    public long Count => Dimensions[0] * ItemSize;

    /// <summary>Bytes of the whole file.</summary>
    public long FileLength => Length + Count * Element.Size;
}

/// <summary>How a number of an array is stored.</summary>
/// <param name="Size">Bytes of one.</param>
/// <param name="Read">Gives its value.</param>
internal sealed record ArrayElement(int Size, ArrayElement.Reader Read)
{
    public delegate double Reader(ReadOnlySpan<byte> bytes);
}
