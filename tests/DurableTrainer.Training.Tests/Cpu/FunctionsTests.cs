using System.Runtime.Intrinsics;
using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Tests.Reference;

namespace DurableTrainer.Training.Tests.Cpu;

public class FunctionsTests
{
    [Fact]
    public void The_exponential_function_is_right_to_32_bits()
    {
        foreach (var x in Enumerable.Range(-17400, 35100).Select(i => i * 0.005f).Concat([1e-6f, -1e-20f, float.NegativeInfinity]))
        {
            var expected = Math.Exp(x);
            Assert.Equal(expected, Functions.Exp(Vector512.Create(x))[0], 3e-7 * expected + 1e-45);
        }

        Assert.Equal(float.PositiveInfinity, Functions.Exp(Vector512.Create(89f))[0]);
        Assert.Equal(float.PositiveInfinity, Functions.Exp(Vector512.Create(float.PositiveInfinity))[0]);
        Assert.Equal(0, Functions.Exp(Vector512.Create(-1e30f))[0]);
        Assert.Equal(1, Functions.Exp(Vector512<float>.Zero)[0]);
    }

    [Fact]
    public void The_error_function_is_right_to_32_bits() => Agree(Functions.ErrorFunction, PointwiseTwin.ErrorFunction);

    [Fact]
    public void The_hyperbolic_tangent_is_right_to_32_bits() => Agree(Functions.Tanh, Math.Tanh);

    [Fact]
    public void The_logistic_function_is_right_to_32_bits() => Agree(Functions.Sigmoid, x => 1 / (1 + Math.Exp(-x)));

    [Fact]
    public void What_is_not_a_number_stays_so()
    {
        var nan = Vector512.Create(float.NaN);

        Assert.True(float.IsNaN(Functions.ErrorFunction(nan)[0]));
        Assert.True(float.IsNaN(Functions.Tanh(nan)[0]));
        Assert.True(float.IsNaN(Functions.Sigmoid(nan)[0]));
        Assert.True(float.IsNaN(Functions.Exp(nan)[0]));
        Assert.True(float.IsNaN(Relu.Value(nan)[0]));
    }

    private static void Agree(Func<Vector512<float>, Vector512<float>> function, Func<double, double> reference)
    {
        foreach (var x in Enumerable.Range(-4000, 8001).Select(i => i * 0.005f).Concat([1e-6f, 1e-20f, -90f, 90f, 1e30f, float.NegativeInfinity, float.PositiveInfinity]))
        {
            var expected = reference(x);
            Assert.Equal(expected, function(Vector512.Create(x))[0], 3e-7 * Math.Max(Math.Abs(expected), 1e-30));
        }
    }
}
