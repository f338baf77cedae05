using DurableTrainer.Tuning.Beliefs;

namespace DurableTrainer.Tuning.Tests.Beliefs;

public class WarpingTests
{
    [Fact]
    public void From_the_best_to_the_median_it_is_a_line_and_beyond_a_logarithm()
    {
        var warping = new Warping([1, 3, 5, 100, 1000]);

        Assert.Equal([-1, -0.5, 0, Math.Log(2)], ((double[])[1, 3, 5, 9]).Select(loss => warping[loss]));
    }

    [Theory]
    [InlineData(new double[] { 7, 7 })]
    [InlineData(new double[] { 7, 7, 7, 8 })]
    [InlineData(new double[] { 0, 1e300, -1e300 })]
    [InlineData(new double[] { -double.MaxValue, 0, double.MaxValue })]
    [InlineData(new double[] { -double.MaxValue, double.MaxValue })]
    [InlineData(new double[] { 0, 1e-300, 1e300 })]
    [InlineData(new double[] { 0, double.Epsilon, 1 })]
    [InlineData(new double[] { 0, 0, double.Epsilon })]
    [InlineData(new double[] { 1, 1 + 1e-15, 1 + 2e-15 })]
    public void Whatever_was_seen_targets_are_finite_in_the_order_of_the_losses_and_of_deviation_1_or_0(double[] losses)
    {
        var targets = new StandardLosses(losses).Targets;

        Assert.All(targets, target => Assert.InRange(target, -100, 100));
        Assert.Equal(0, targets.Average(), 1e-9);
        var deviation = Math.Sqrt(targets.Average(target => target * target));
        Assert.True(Math.Abs(deviation - 1) < 1e-9 || targets.All(target => target == 0), $"{deviation}");
        Assert.Equal(losses.Index().OrderBy(pair => pair.Item).Select(pair => pair.Index), targets.Index().OrderBy(pair => pair.Item).Select(pair => pair.Index));
    }
}
