using DurableTrainer.Core.Training;
using DurableTrainer.Training.Losses;
using DurableTrainer.Training.Tests.Reference;

namespace DurableTrainer.Training.Tests.Losses;

public class LossTests
{
    [Theory]
    [InlineData(1, 1, 0.0)]
    [InlineData(3, 7, 0.0)]
    [InlineData(17, 10, 0.0)]
    [InlineData(5, 16, 0.0)]
    [InlineData(4, 33, 0.0)]
    [InlineData(3, 7, 0.1)]
    [InlineData(2, 50, 0.3)]
    public void Cross_entropy_is_the_mean_negative_log_of_the_labels_softmax(int count, int classes, double smoothing)
    {
        var logits = TwinCase.Numbers("logits", count * classes);
        float[] labels = [.. Enumerable.Range(0, count).Select(i => (float)(i * 5 % classes))];

        Agree(new CrossEntropySpec { LabelSmoothing = smoothing }, logits, labels, () => CrossEntropy(logits, labels, smoothing));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.2)]
    public void Ignored_labels_have_no_part_in_the_mean(double smoothing)
    {
        var logits = TwinCase.Numbers("logits", 6 * 9);
        float[] labels = [8, -100, 0, 3, -100, 5];
        var spec = new CrossEntropySpec { IgnoreIndex = -100, LabelSmoothing = smoothing };

        Assert.Equal(4, Loss.Of(spec).CountOf(labels));
        Agree(spec, logits, labels, () => CrossEntropy(logits, labels, smoothing));
    }

    [Fact]
    public void A_class_may_be_the_one_that_is_ignored()
    {
        var logits = TwinCase.Numbers("logits", 3 * 4);
        float[] gradient = new float[12], labels = [0, 2, 0];

        var sum = Loss.Of(new CrossEntropySpec { IgnoreIndex = 0 }).Sum([.. logits.Select(value => (float)value)], labels, gradient);

        Assert.Equal(CrossEntropy(logits[4..8], [2], 0), sum, 1e-6);
        Assert.All([.. gradient[..4], .. gradient[8..]], slope => Assert.Equal(0, slope));
        Assert.Contains(gradient[4..8], slope => slope != 0);
    }

    [Fact]
    public void Where_all_labels_are_ignored_loss_and_gradient_are_nothing()
    {
        float[] gradient = [1, 2, 3, 4];

        Assert.Equal(0, Loss.Of(new CrossEntropySpec { IgnoreIndex = 7 }).Sum([1, 2, 3, 4], [7, 7], gradient));
        Assert.Equal([0, 0, 0, 0], gradient);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    public void Binary_cross_entropy_is_the_mean_of_both_logarithms(int count)
    {
        double[] logits = [.. TwinCase.Numbers("logits", count).Select(value => 8 * value)];
        float[] targets = [.. TwinCase.Numbers("targets", count).Select(value => (float)(value > 0.5 ? 1 : value < -0.5 ? 0 : Math.Abs(value)))];
        double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

        Agree(new BinaryCrossEntropySpec(), logits, targets, () => logits.Zip(targets, (x, t) =>
            -t * Math.Log(Sigmoid(x)) - (1 - t) * Math.Log(1 - Sigmoid(x))).Sum());
    }

    [Theory]
    [InlineData(1e4f, 0, 1e4, 1)]
    [InlineData(1e4f, 1, 0, 0)]
    [InlineData(-1e4f, 1, 1e4, -1)]
    [InlineData(-1e4f, 0, 0, 0)]
    [InlineData(-40, 0, 4.248354255291589e-18, 4.248354255291589e-18)]
    public void Binary_cross_entropy_overflows_nowhere(float logit, float target, double value, float slope)
    {
        float[] gradient = [0];

        Assert.Equal(value, Loss.Of(new BinaryCrossEntropySpec()).Sum([logit], [target], gradient), value * 1e-12);
        Assert.Equal(slope, gradient[0], Math.Abs(slope) * 1e-6f);
    }

    [Theory]
    [InlineData(1, 1.0)]
    [InlineData(13, 1.0)]
    [InlineData(13, 0.25)]
    public void Huber_is_a_square_near_the_target_and_a_line_away_from_it(int count, double delta)
    {
        double[] outputs = [.. TwinCase.Numbers("outputs", count).Select(value => 2 * value)];
        float[] targets = [.. TwinCase.Numbers("targets", count).Select(value => (float)value)];

        Agree(new HuberSpec { Delta = delta }, outputs, targets, () => outputs.Zip(targets, (y, target) => Math.Abs(y - target) is var d && d <= delta
            ? d * d / 2
            : delta * (d - delta / 2)).Sum());
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

    public static TheoryData<LossSpec> All => new(
        new CrossEntropySpec(),
        new CrossEntropySpec { LabelSmoothing = 0.1 },
        new BinaryCrossEntropySpec(),
        new MeanSquaredErrorSpec(),
        new HuberSpec());

    [Theory]
    [MemberData(nameof(All))]
    public void The_loss_of_an_output_that_is_not_finite_is_not(LossSpec spec)
    {
        foreach (var wrong in (float[])[float.NaN, float.PositiveInfinity])
        {
            foreach (var place in (int[])[0, 1, 15, 16, 18])
            {
                var outputs = new float[19];
                outputs[place] = wrong;
                float[] targets = spec is CrossEntropySpec ? [2] : new float[19];

                Assert.False(double.IsFinite(Loss.Of(spec).Sum(outputs, targets, [])), $"{wrong} at {place}");
                Assert.False(double.IsFinite(Loss.Of(spec).Sum(outputs, targets, new float[19])), $"{wrong} at {place}");
            }
        }
    }

    /// <summary>Labels that are negative are ignored.</summary>
    private static double CrossEntropy(double[] logits, float[] labels, double smoothing)
    {
        var classes = logits.Length / labels.Length;
        return Enumerable.Range(0, labels.Length).Where(i => labels[i] >= 0).Sum(i =>
        {
            var row = logits[(i * classes)..((i + 1) * classes)];
            var logTotal = Math.Log(row.Sum(Math.Exp));
            return row.Select((logit, k) => (logTotal - logit) * ((k == (int)labels[i] ? 1 - smoothing : 0) + smoothing / classes)).Sum();
        });
    }

    /// <summary>The value, and the gradient against central differences of the formula.</summary>
    private static void Agree(LossSpec spec, double[] outputs, float[] targets, Func<double> reference)
    {
        float[] gradient = new float[outputs.Length], single = [.. outputs.Select(value => (float)value)];
        var loss = Loss.Of(spec);
        var sum = loss.Sum(single, targets, gradient);

        for (var i = 0; i < outputs.Length; i++)
            outputs[i] = single[i];
        Assert.Equal(reference(), sum, 1e-6 * Math.Max(1, Math.Abs(sum)));
        Assert.Equal(sum, loss.Sum(single, targets, []));
        for (var i = 0; i < outputs.Length; i++)
        {
            var value = outputs[i];
            outputs[i] = value + 1e-5;
            var above = reference();
            outputs[i] = value - 1e-5;
            var below = reference();
            outputs[i] = value;
            Assert.Equal((above - below) / 2e-5 / loss.CountOf(targets), gradient[i], 2e-7);
        }
    }
}
