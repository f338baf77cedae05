namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>Offsets in a buffer, in memory that never moves.</summary>
internal sealed unsafe class OffsetTable
{
    // Kept alive as long as this is.
    private readonly int[] memory;

    public OffsetTable(int length)
    {
        memory = GC.AllocateArray<int>(length, pinned: true);
        fixed (int* first = memory)
            Pointer = first;
    }

    /// <summary>Valid as long as this table is referenced.</summary>
    public int* Pointer { get; }

    public Span<int> Span => memory;
}

/// <summary>A view of a buffer as <c>[rows, columns]</c>; element (i, j) is at offset + rowOffsets[i] + columnOffsets[j].</summary>
internal readonly record struct ListedMatrix(
    TensorBuffer Buffer, int Offset, OffsetTable RowOffsets, OffsetTable ColumnOffsets, int Rows, int Columns)
{
    public ListedMatrix Transposed => new(Buffer, Offset, ColumnOffsets, RowOffsets, Columns, Rows);
}
