using System.Runtime.Intrinsics;
using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Tests.Reference;

namespace DurableTrainer.Training.Tests.Cpu;

public class FunctionsTests
{
    [Fact]
    public void The_error_function_is_right_to_32_bits() => Agree(Functions.ErrorFunction, PointwiseTwin.ErrorFunction);

    [Fact]
    public void The_hyperbolic_tangent_is_right_to_32_bits() => Agree(Functions.Tanh, Math.Tanh);

    [Fact]
    public void The_logistic_function_is_right_to_32_bits() => Agree(Functions.Sigmoid, x => 1 / (1 + Math.Exp(-x)));

    [Fact]
    public void The_exponential_up_to_zero_is_right_to_32_bits_and_exact_at_zero()
    {
        foreach (var x in Enumerable.Range(0, 17_000).Select(i => i * -0.005f).Concat([-1e-7f, -1e-20f, -87.2f]))
            Assert.Equal(Math.Exp(x), Functions.ExpUpToZero(Vector512.Create(x))[0], 3e-7 * Math.Exp(x));
        Assert.Equal(1, Functions.ExpUpToZero(Vector512<float>.Zero)[0]);
        foreach (var x in (float[])[-88, -1000, -3e38f, float.NegativeInfinity])
            Assert.Equal(0, Functions.ExpUpToZero(Vector512.Create(x))[0]);
    }

    [Fact]
    public void What_is_not_a_number_stays_so()
    {
        var nan = Vector512.Create(float.NaN);

        Assert.True(float.IsNaN(Functions.ErrorFunction(nan)[0]));
        Assert.True(float.IsNaN(Functions.Tanh(nan)[0]));
        Assert.True(float.IsNaN(Functions.Sigmoid(nan)[0]));
        Assert.True(float.IsNaN(Functions.ExpUpToZero(nan)[0]));
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
