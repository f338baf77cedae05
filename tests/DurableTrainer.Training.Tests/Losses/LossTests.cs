using DurableTrainer.Core.Training;
using DurableTrainer.Training.Losses;
using DurableTrainer.Training.Tests.Reference;

namespace DurableTrainer.Training.Tests.Losses;

public class LossTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 7)]
    [InlineData(17, 10)]
    public void Cross_entropy_is_the_mean_negative_log_of_the_labels_softmax(int count, int classes)
    {
        var logits = TwinCase.Numbers("logits", count * classes);
        float[] labels = [.. Enumerable.Range(0, count).Select(i => (float)(i * 5 % classes))];
        double Reference() => Enumerable.Range(0, count).Sum(i =>
            Math.Log(logits.Skip(i * classes).Take(classes).Sum(Math.Exp)) - logits[i * classes + (int)labels[i]]);

        Agree(new CrossEntropySpec(), logits, labels, Reference);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    public void Mean_squared_error_is_the_mean_of_squared_differences(int count)
    {
        var outputs = TwinCase.Numbers("outputs", count);
        float[] targets = [.. TwinCase.Numbers("targets", count).Select(value => (float)value)];

        Agree(new MeanSquaredErrorSpec(), outputs, targets, () => outputs.Zip(targets, (y, target) => (y - target) * (y - target)).Sum());
    }

    [Fact]
    public void Cross_entropy_stays_finite_for_large_logits()
    {
        float[] gradient = [0, 0];

        Assert.Equal(2000, Loss.Of(new CrossEntropySpec()).Sum([1000, -1000], [1], gradient));
        Assert.Equal([1, -1], gradient);
    }

    [Fact]
    public void Cross_entropy_of_a_logit_that_is_not_a_number_is_none() =>
        Assert.Equal(double.NaN, Loss.Of(new CrossEntropySpec()).Sum([1, float.NaN, 0], [0], []));

    /// <summary>The value, and the gradient against central differences of the formula.</summary>
    private static void Agree(LossSpec spec, double[] outputs, float[] targets, Func<double> reference)
    {
        var gradient = new float[outputs.Length];
        var sum = Loss.Of(spec).Sum([.. outputs.Select(value => (float)value)], targets, gradient);

        Assert.Equal(reference(), sum, 1e-9);
        for (var i = 0; i < outputs.Length; i++)
        {
            var value = outputs[i];
            outputs[i] = value + 1e-5;
            var above = reference();
            outputs[i] = value - 1e-5;
            var below = reference();
            outputs[i] = value;
            Assert.Equal((above - below) / 2e-5 / targets.Length, gradient[i], 2e-7);
        }
    }
}
