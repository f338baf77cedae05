using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Tests.Reference;
using FsCheck;
using FsCheck.Fluent;

namespace DurableTrainer.Training.Tests.Cpu;

public class MatrixProductTests
{
    private static readonly int[] Sizes = [1, 2, 7, 8, 9, 16, 17, 31, 33, 70];

    [Fact]
    public void Every_combination_of_remainders_is_a_chain_of_additions_to_the_last_bit()
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
    public void Every_kernel_path_gives_the_same_bits_where_additions_are_fused()
    {
        var sizes = Gen.Elements(1, 2, 3, 5, 6, 7, 8, 11, 13, 15, 16, 17, 31, 32, 33, 47, 61, 64, 97);
        var choices = Gen.Elements(true, false);
        var cases =
            from rows in sizes
            from columns in sizes
            from depth in sizes
            from accumulate in choices
            from packed in choices
            select (rows, columns, depth, accumulate, packed);

        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(cases.ToArbitrary(), @case =>
        {
            var (rows, columns, depth, accumulate, packed) = @case;
            float[] Product(KernelPath path) => ProductOf(rows, columns, depth, accumulate, packed, path);
            var wide = Product(KernelPaths.Fastest);
            var largest = wide.Max(Math.Abs);
            foreach (var path in Enum.GetValues<KernelPath>().Where(path => path <= KernelPaths.Fastest))
            {
                var fused = path != KernelPath.Portable || Fma.IsSupported || AdvSimd.IsSupported;
                Assert.All(Product(path).Zip(wide), pair => Assert.Equal(pair.Second, pair.First, fused ? 0 : 1e-5f * largest));
            }
        }));
    }

    [Fact]
    public void A_matrix_read_where_it_lies_gives_what_its_packed_copy_gives()
    {
        foreach (var columns in new[] { 3, 16, 20, 32, 33, 70 })
        {
            Assert.Equal(
                ProductOf(9, columns, 13, accumulate: false, packed: true, KernelPaths.Fastest),
                ProductOf(9, columns, 13, accumulate: false, packed: false, KernelPaths.Fastest));
        }
    }

    private static float[] ProductOf(int rows, int columns, int depth, bool accumulate, bool packed, KernelPath path)
    {
        var b = new Matrix(Filled("b", depth * columns), depth, columns);
        var right = PackedMatrix.Unpacked(b);
        if (packed)
        {
            right = new PackedMatrix(depth, columns);
            right.Pack(b);
        }

        var (a, c) = (Filled("a", rows * depth), Filled("c", rows * columns));
        MatrixProduct.Multiply(
            new Matrix(a, rows, depth), right, new Matrix(c, rows, columns), Filled("bias", columns), accumulate, path);
        return c.Span.ToArray();
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
                    sum = MultiplyAdd(a.Span[row * depth + p], b.Span[p * columns + column], sum);
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

    /// <summary>Fused where the machine does that.</summary>
    private static float MultiplyAdd(float a, float b, float sum) =>
        Fma.IsSupported || AdvSimd.IsSupported ? MathF.FusedMultiplyAdd(a, b, sum) : a * b + sum;

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
