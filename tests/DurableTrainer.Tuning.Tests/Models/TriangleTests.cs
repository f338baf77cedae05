using DurableTrainer.Core.Randomness;
using DurableTrainer.Tuning.Models;
using MathNet.Numerics.LinearAlgebra;

namespace DurableTrainer.Tuning.Tests.Models;

public class TriangleTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(33)]
    [InlineData(100)]
    public void Factor_inverse_products_and_square_agree_with_a_dense_matrix(int size)
    {
        var random = new KeyedRandom(size, "triangle");
        var root = Matrix<double>.Build.Dense(size, size, (_, _) => random.NextGaussian());
        var symmetric = root * root.Transpose() + Matrix<double>.Build.DenseIdentity(size);
        var triangle = LowerOf(symmetric);
        var vector = Vector<double>.Build.Dense(size, _ => random.NextGaussian());

        Assert.True(triangle.Factorize());
        var inverse = triangle.Inverse();

        var factor = symmetric.Cholesky().Factor;
        AssertNear(factor, triangle);
        AssertNear(factor.Inverse(), inverse);
        AssertNear(symmetric.Inverse(), inverse.Square());
        double[] product = new double[size], transposed = new double[size];
        triangle.Multiply(vector.AsArray(), product);
        triangle.MultiplyTransposed(vector.AsArray(), transposed);
        Assert.All((factor * vector).Zip(product), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        Assert.All((factor.Transpose() * vector).Zip(transposed), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(4, 1)]
    [InlineData(6, 2)]
    [InlineData(33, 5)]
    public void Many_vectors_at_once_give_the_products_of_each(int size, int count)
    {
        var random = new KeyedRandom(size, "triangle/many");
        var triangle = LowerOf(Matrix<double>.Build.Dense(size, size, (_, _) => random.NextGaussian()));
        double[] vectors = [.. Enumerable.Range(0, size * count).Select(_ => random.NextGaussian())];
        double[] products = new double[vectors.Length], product = new double[size];

        triangle.MultiplyEach(vectors, products);

        for (var i = 0; i < count; i++)
        {
            triangle.Multiply(vectors.AsSpan(i * size, size), product);
            Assert.All(product.Zip(products[(i * size)..]), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        }
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(1, 1)]
    [InlineData(1, double.NaN)]
    public void What_is_not_positive_definite_is_told(double diagonal, double beside) =>
        Assert.False(LowerOf(Matrix<double>.Build.Dense(2, 2, (i, j) => i == j ? diagonal : beside)).Factorize());

    private static Triangle LowerOf(Matrix<double> matrix)
    {
        var triangle = new Triangle(matrix.RowCount);
        for (var i = 0; i < matrix.RowCount; i++)
        {
            for (var j = 0; j <= i; j++)
                triangle.Row(i)[j] = matrix[i, j];
        }

        return triangle;
    }

    private static void AssertNear(Matrix<double> expected, Triangle actual)
    {
        for (var i = 0; i < actual.Size; i++)
        {
            for (var j = 0; j <= i; j++)
                Assert.Equal(expected[i, j], actual.Row(i)[j], 1e-9);
        }
    }
}
