using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Tests.Reference;

namespace DurableTrainer.Training.Tests.Cpu;

public class MatrixProductTests
{
    private static readonly int[] Sizes = [1, 2, 7, 8, 9, 16, 17, 31, 33, 70];

    [Fact]
    public void Every_combination_of_remainders_is_a_chain_of_fused_additions_to_the_last_bit()
    {
        foreach (var rows in Sizes)
        {
            foreach (var columns in Sizes)
            {
                foreach (var depth in Sizes)
                    Check(rows, columns, depth);
            }
        }
    }

    [Fact]
    public unsafe void Narrow_registers_give_the_bits_of_wide_ones()
    {
        foreach (var (rows, columns, depth) in new[] { (8, 32, 5), (1, 1, 1), (7, 31, 13), (5, 17, 64), (3, 16, 2) })
        {
            var (a, b, bias) = (Filled("a", rows * depth), Filled("b", depth * columns), Filled("bias", columns));
            var packed = new PackedMatrix(depth, columns);
            packed.Pack(new Matrix(b, depth, columns));
            var (wide, narrow) = (Filled("c", rows * columns), Filled("c", rows * columns));
            foreach (var accumulate in new[] { false, true })
            {
                var work = new TileWork
                {
                    A = a.Pointer,
                    ARow = depth,
                    AColumn = 1,
                    B = packed.Buffer.Pointer,
                    BRow = packed.RowStride,
                    Bias = bias.Pointer,
                    CRow = columns,
                    Rows = rows,
                    Columns = columns,
                    Depth = depth,
                    Accumulate = accumulate,
                };
                MatrixTile512.Run(work with { C = wide.Pointer });
                MatrixTile256.Run(work with { C = narrow.Pointer });

                Assert.Equal(wide.Span.ToArray(), narrow.Span.ToArray());
            }
        }
    }

    private static void Check(int rows, int columns, int depth)
    {
        var (a, b, bias) = (Filled("a", rows * depth), Filled("b", depth * columns), Filled("bias", columns));
        var plain = new PackedMatrix(depth, columns);
        plain.Pack(new Matrix(b, depth, columns));
        var turned = new PackedMatrix(depth, columns);
        turned.Pack(new Matrix(Turned(b, depth, columns), columns, depth).Transposed);
        Assert.Equal(plain.Buffer.Span.ToArray(), turned.Buffer.Span.ToArray());

        var expected = new float[rows * columns];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var sum = bias.Span[column];
                for (var p = 0; p < depth; p++)
                    sum = MathF.FusedMultiplyAdd(a.Span[row * depth + p], b.Span[p * columns + column], sum);
                expected[row * columns + column] = sum;
            }
        }

        var c = new TensorBuffer(rows * columns);
        MatrixProduct.Multiply(new Matrix(a, rows, depth), plain, new Matrix(c, rows, columns), bias);
        Assert.Equal(expected, c.Span.ToArray());

        c.Span.Clear();
        var turnedA = new Matrix(Turned(a, rows, depth), depth, rows).Transposed;
        for (var job = 0; job < MatrixProduct.Jobs(rows, columns); job++)
            MatrixProduct.MultiplyJob(turnedA, plain, job, new Matrix(c, rows, columns), bias);
        Assert.Equal(expected, c.Span.ToArray());
    }

    private static TensorBuffer Turned(TensorBuffer source, int rows, int columns)
    {
        var turned = new TensorBuffer(source.Length);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
                turned.Span[column * rows + row] = source.Span[row * columns + column];
        }

        return turned;
    }

    private static TensorBuffer Filled(string purpose, int length)
    {
        var buffer = new TensorBuffer(length);
        float[] values = [.. TwinCase.Numbers(purpose, length).Select(value => (float)value)];
        values.CopyTo(buffer.Span);
        return buffer;
    }
}
