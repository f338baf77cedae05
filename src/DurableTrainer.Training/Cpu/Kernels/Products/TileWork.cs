using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>Some rows of A times one panel of B, for a tile of C that may hang over its edge.</summary>
internal unsafe struct TileWork
{
    public float* A;

    /// <summary>Where each row of A starts; null when they follow each other by <see cref="ARow"/>.</summary>
    public int* RowOffsets;

    /// <summary>Where each column of A lies in a row; null when they follow each other by <see cref="AColumn"/>.</summary>
    public int* ColumnOffsets;
    public nint ARow;
    public nint AColumn;
    public float* B;
    public nint BRow;
    public float* C;
    public nint CRow;

    /// <summary>Of the tile's columns; null for none.</summary>
    public float* Bias;

    /// <summary>Rows and columns of the tile that lie in C.</summary>
    public int Rows;
    public int Columns;
    public int Depth;

    /// <summary>Whether the product is added to what C holds.</summary>
    public bool Accumulate;

    /// <summary>A row of A; beyond the last, the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly float* Row(int row)
    {
        row = Math.Min(row, Rows - 1);
        return A + (RowOffsets is null ? row * ARow : RowOffsets[row]);
    }

    /// <summary>The same without the first rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Skip(int rows)
    {
        if (RowOffsets is null)
            A += rows * ARow;
        else
            RowOffsets += rows;
        C += rows * CRow;
        Rows -= rows;
    }

    /// <summary>The same from a column on, with at most so many.</summary>
    public readonly TileWork From(int column, int most) => this with
    {
        B = B + column,
        C = C + column,
        Bias = Bias is null ? null : Bias + column,
        Columns = Math.Min(most, Columns - column),
    };

    /// <summary>Writes to C what of a whole tile, <paramref name="width"/> wide and so many rows high, lies in it.</summary>
    public readonly void Keep(float* tile, int width, int height)
    {
        for (var row = 0; row < Math.Min(Rows, height); row++)
        {
            float* from = tile + row * width, to = C + row * CRow;
            var column = 0;
            for (; column <= Columns - 4; column += 4)
            {
                var values = Vector128.Load(from + column);
                (Accumulate ? values + Vector128.Load(to + column) : values).Store(to + column);
            }

            for (; column < Columns; column++)
                to[column] = Accumulate ? from[column] + to[column] : from[column];
        }
    }
}
