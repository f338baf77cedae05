using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Optimizers;
using DurableTrainer.Training.Tests.Reference;

namespace DurableTrainer.Training.Tests.Optimizers;

public class GradientClipTests
{
    [Theory]
    [InlineData(0.01)]
    [InlineData(1)]
    public void Gradients_that_are_too_long_together_are_scaled_to_the_bound(double bound)
    {
        var tensors = Tensors(units: 37, features: 19);
        double[] before = [.. All(tensors)];
        var norm = Math.Sqrt(before.Sum(value => value * value));

        Assert.Equal(norm, new GradientClip(bound, tensors).Apply(), 1e-12 * norm);

        double[] after = [.. All(tensors)];
        for (var i = 0; i < before.Length; i++)
            Assert.Equal(before[i] * bound / (norm + 1e-6), after[i], 1e-7 * Math.Abs(after[i]));
        Assert.Equal(bound, Math.Sqrt(after.Sum(value => value * value)), 1e-5 * bound);
    }

    [Fact]
    public void Shorter_gradients_stay_as_they_are()
    {
        var tensors = Tensors(units: 3, features: 5);
        double[] before = [.. All(tensors)];

        new GradientClip(1000, tensors).Apply();

        Assert.Equal(before, All(tensors));
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_norm_and_the_same_gradients()
    {
        var (one, three) = (Clipped(1), Clipped(3));

        Assert.Equal(one.Norm, three.Norm);
        Assert.Equal(one.Gradients, three.Gradients);

        static (double Norm, double[] Gradients) Clipped(int threads)
        {
            using var processor = new CpuProcessor(threads);
            var tensors = Tensors(units: 259, features: 521);
            var norm = new GradientClip(0.1, tensors, processor.Team).Apply();
            return (norm, [.. All(tensors)]);
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void A_norm_that_is_not_finite_is_told_and_changes_nothing(float wrong)
    {
        var tensors = Tensors(units: 3, features: 5);
        tensors["op.weight"].GradientBuffer.Span[2] = wrong;
        double[] before = [.. All(tensors)];

        Assert.False(double.IsFinite(new GradientClip(0.1, tensors).Apply()));
        Assert.Equal(before, All(tensors));
    }

    [Fact]
    public void The_squares_of_the_largest_gradients_do_not_overflow()
    {
        var tensors = Tensors(units: 1, features: 2);
        foreach (var tensor in tensors.Parameters)
            tensor.GradientBuffer.Span.Fill(float.MaxValue);

        Assert.Equal(Math.Sqrt(3) * float.MaxValue, new GradientClip(1, tensors).Apply(), 1e25);
        Assert.All(All(tensors), value => Assert.Equal(1 / Math.Sqrt(3), value, 1e-6));
    }

    private static IEnumerable<double> All(ModelTensors tensors) =>
        tensors.Parameters.SelectMany(tensor => tensor.Gradient.ToArray()).Select(value => (double)value);

    private static ModelTensors Tensors(int units, int features)
    {
        var tensors = new ModelTensors(new TwinCase(new LinearOperation(units, Bias: true), [features], 1).Graph);
        foreach (var tensor in tensors.Parameters)
        {
            // What stands in the padding is no gradient.
            var numbers = TwinCase.Numbers(tensor.Name, tensor.Shape.Size);
            for (var i = 0; i < numbers.Length; i++)
                tensor.GradientBuffer.Span[i] = (float)numbers[i];
            unsafe
            {
                tensor.GradientBuffer.Pointer[numbers.Length] = 1e20f;
            }
        }

        return tensors;
    }
}
