namespace DurableTrainer.Tuning.Models;

/// <summary>
/// A lower triangular matrix, or the lower half of a symmetric one, row by row. Each row is filled up with zeros to a whole number of
/// blocks, so that four rows can be worked on together. Every product runs over memory as it lies, in one thread.
/// </summary>
/// <remarks>
/// Own code where MathNet.Numerics would do, since it decides how long a proposal takes: factor and inverse of 100 rows take 0.06 ms here and
/// 1.2 ms there (its managed provider, one thread), and a fit needs about 30 of them.
/// </remarks>
internal sealed class Triangle(int size)
{
    /// <summary>Rows that are worked on together, so that what they are combined with is read and written once.</summary>
    private const int Block = 4;

    private readonly double[] values = new double[Offset((size + Block - 1) / Block * Block)];

    public int Size => size;

    public Span<double> Row(int row) => values.AsSpan(Offset(row), row + 1);

    /// <summary>Replaces a symmetric matrix, of which this is the lower half, by its Cholesky factor.</summary>
    /// <returns>Whether it is positive definite; when it is not, the values are lost.</returns>
    public bool Factorize()
    {
        var columns = new double[Block][];
        for (var column = 0; column < Block; column++)
            columns[column] = new double[Width(size)];
        for (var start = 0; start < size; start += Block)
        {
            if (!FactorizeColumns(start, columns))
                return false;
            Subtract(start + Block, columns);
        }

        for (var i = 0; i < size; i++)
            Filled(i)[(i + 1)..].Clear();
        return true;
    }

    /// <summary>Finishes a block of columns, and copies them to where they lie together.</summary>
    private bool FactorizeColumns(int start, double[][] columns)
    {
        var end = Math.Min(start + Block, size);
        for (var i = start; i < end; i++)
        {
            var row = Row(i);
            for (var column = start; column <= i; column++)
            {
                var value = row[column] - Vectors.Dot(row[start..column], Row(column)[start..column]);
                if (column == i && !(value > 0))
                    return false;
                row[column] = column == i ? Math.Sqrt(value) : value / Row(column)[column];
            }
        }

        if (end == size)
            return true;
        Span<double> second = Row(start + 1)[start..], third = Row(start + 2)[start..], fourth = Row(start + 3)[start..];
        var (scaleA, scaleB, scaleC, scaleD) = (1 / Row(start)[start], 1 / second[1], 1 / third[2], 1 / fourth[3]);
        var (ba, ca, cb, da, db, dc) = (second[0], third[0], third[1], fourth[0], fourth[1], fourth[2]);
        double[] columnA = columns[0], columnB = columns[1], columnC = columns[2], columnD = columns[3];
        for (var i = end; i < size; i++)
        {
            var row = Filled(i).Slice(start, Block);
            row[0] = columnA[i] = row[0] * scaleA;
            row[1] = columnB[i] = (row[1] - row[0] * ba) * scaleB;
            row[2] = columnC[i] = (row[2] - row[0] * ca - row[1] * cb) * scaleC;
            row[3] = columnD[i] = (row[3] - row[0] * da - row[1] * db - row[2] * dc) * scaleD;
        }

        return true;
    }

    /// <summary>Takes what finished columns explain from the rows below them.</summary>
    private void Subtract(int from, double[][] columns)
    {
        Span<double> factors = stackalloc double[Block];
        for (var i = from; i < size; i++)
        {
            var row = Filled(i);
            for (var column = 0; column < Block; column++)
                factors[column] = -row[from - Block + column];
            Vectors.AddScaled(row[from..], columns[0].AsSpan(from), columns[1].AsSpan(from), columns[2].AsSpan(from), columns[3].AsSpan(from), factors);
        }
    }

    /// <summary>The inverse, lower triangular as well.</summary>
    public Triangle Inverse()
    {
        var inverse = new Triangle(size);
        for (var i = 0; i < size; i++)
        {
            var row = Row(i);
            var target = inverse.Filled(i);
            var k = 0;
            for (; k + Block <= i; k += Block)
            {
                Vectors.AddScaled(
                    target[..(k + Block)], inverse.Filled(k), inverse.Filled(k + 1), inverse.Filled(k + 2), inverse.Filled(k + 3), row.Slice(k, Block));
            }

            for (; k < i; k++)
                Vectors.AddScaled(target, inverse.Filled(k), row[k]);
            var scale = 1 / row[i];
            Vectors.Scale(target, -scale);
            target[i] = scale;
        }

        return inverse;
    }

    /// <summary>This matrix times a vector.</summary>
    public void Multiply(ReadOnlySpan<double> vector, Span<double> product)
    {
        var i = 0;
        for (; i + Block <= size; i += Block)
        {
            (product[i], product[i + 1], product[i + 2], product[i + 3]) =
                Vectors.Dot(vector[..(i + Block)], Filled(i), Filled(i + 1), Filled(i + 2), Filled(i + 3));
        }

        for (; i < size; i++)
            product[i] = Vectors.Dot(Row(i), vector);
    }

    /// <summary>This matrix times each of several vectors, which lie one after the other; the matrix is read once for all of them.</summary>
    public void MultiplyEach(ReadOnlySpan<double> vectors, Span<double> products)
    {
        var count = vectors.Length / size;
        var whole = size / Block * Block;
        for (var i = 0; i < whole; i += Block)
        {
            Span<double> a = Filled(i), b = Filled(i + 1), c = Filled(i + 2), d = Filled(i + 3);
            var place = i;
            var vector = 0;
            for (; vector + 1 < count; vector += 2, place += 2 * size)
            {
                Vectors.Dot(
                    vectors.Slice(vector * size, i + Block),
                    vectors.Slice((vector + 1) * size, i + Block),
                    a,
                    b,
                    c,
                    d,
                    products.Slice(place, Block),
                    products.Slice(place + size, Block));
            }

            if (vector < count)
            {
                (products[place], products[place + 1], products[place + 2], products[place + 3]) =
                    Vectors.Dot(vectors.Slice(vector * size, i + Block), a, b, c, d);
            }
        }

        for (var i = whole; i < size; i++)
        {
            for (var vector = 0; vector < count; vector++)
                products[vector * size + i] = Vectors.Dot(Row(i), vectors.Slice(vector * size, size));
        }
    }

    /// <summary>The transpose of this matrix times a vector.</summary>
    public void MultiplyTransposed(ReadOnlySpan<double> vector, Span<double> product)
    {
        product[..size].Clear();
        var i = 0;
        for (; i + Block <= size; i += Block)
            Vectors.AddScaled(product[..(i + Block)], Filled(i), Filled(i + 1), Filled(i + 2), Filled(i + 3), vector.Slice(i, Block));
        for (; i < size; i++)
            Vectors.AddScaled(product[..(i + 1)], Row(i), vector[i]);
    }

    /// <summary>The lower half of the transpose of this matrix times the matrix: with the inverse of a Cholesky factor, the inverse of what was factored.</summary>
    public Triangle Square()
    {
        var square = new Triangle(size);
        Span<double> factors = stackalloc double[Block];
        // Rows beyond the last are zeros.
        for (var k = 0; k < size; k += Block)
        {
            Span<double> a = Filled(k), b = Filled(k + 1), c = Filled(k + 2), d = Filled(k + 3);
            for (var i = 0; i < Math.Min(k + Block, size); i++)
            {
                (factors[0], factors[1], factors[2], factors[3]) = (a[i], b[i], c[i], d[i]);
                Vectors.AddScaled(square.Filled(i), a, b, c, d, factors);
            }
        }

        return square;
    }

    private static int Width(int row) => (row / Block + 1) * Block;

    /// <summary>Where a row begins: before it lie whole blocks, the n-th of them n blocks wide, and earlier rows of its own.</summary>
    private static int Offset(int row) => Block * Block / 2 * (row / Block) * (row / Block + 1) + row % Block * Width(row);

    private Span<double> Filled(int row) => values.AsSpan(Offset(row), Width(row));
}
