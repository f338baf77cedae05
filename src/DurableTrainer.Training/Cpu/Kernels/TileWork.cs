namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>Some rows of A times one panel of B, for a tile of C that may hang over its edge.</summary>
internal unsafe struct TileWork
{
    public float* A;
    public float* B;
    public float* C;

    /// <summary>Of the tile's columns; null for none.</summary>
    public float* Bias;
    public nint ARow;
    public nint AColumn;
    public nint CRow;

    /// <summary>Rows and columns of the tile that lie in C.</summary>
    public int Rows;
    public int Columns;
    public int Depth;

    /// <summary>Whether the product is added to what C holds.</summary>
    public bool Accumulate;

    /// <summary>Writes to C what of a whole tile, <paramref name="width"/> wide, lies in it.</summary>
    public readonly void Keep(float* tile, int width)
    {
        for (var row = 0; row < Rows; row++)
        {
            float* from = tile + row * width, to = C + row * CRow;
            for (var column = 0; column < Columns; column++)
                to[column] = Accumulate ? from[column] + to[column] : from[column];
        }
    }
}
