namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>A view of a buffer as <c>[rows, columns]</c>; element (i, j) is at offset + i·rowStride + j·columnStride.</summary>
internal readonly record struct Matrix(TensorBuffer Buffer, int Offset, int Rows, int Columns, int RowStride, int ColumnStride = 1)
{
    public Matrix(TensorBuffer buffer, int rows, int columns) : this(buffer, 0, rows, columns, columns)
    {
    }

    public Matrix Transposed => new(Buffer, Offset, Columns, Rows, ColumnStride, RowStride);

    public Matrix RowRange(int first, int count) => this with { Offset = Offset + first * RowStride, Rows = count };

    public Matrix ColumnRange(int first, int count) => this with { Offset = Offset + first * ColumnStride, Columns = count };
}
