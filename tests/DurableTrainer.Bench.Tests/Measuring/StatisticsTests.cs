using DurableTrainer.Bench.Measuring;

namespace DurableTrainer.Bench.Tests.Measuring;

public class StatisticsTests
{
    [Theory]
    [InlineData(new[] { 3.0 }, 3)]
    [InlineData(new[] { 9.0, 1, 4 }, 4)]
    [InlineData(new[] { 9.0, 1, 4, 2 }, 3)]
    public void The_median_is_in_the_middle(double[] values, double median) => Assert.Equal(median, Statistics.Median(values));

    [Theory]
    [InlineData(new[] { 2.0, 8 }, 4)]
    [InlineData(new[] { 0.5, 2, 1 }, 1)]
    public void The_geometric_mean_of_ratios_is_that_of_their_logarithms(double[] values, double mean) =>
        Assert.Equal(mean, Statistics.GeometricMean(values), 12);

    [Theory]
    [InlineData(new double[0])]
    [InlineData(new[] { 1.0, 0 })]
    [InlineData(new[] { 1.0, -2 })]
    [InlineData(new[] { 1.0, double.NaN })]
    public void What_has_no_geometric_mean_is_refused(double[] values) =>
        Assert.Throws<ArgumentException>(() => Statistics.GeometricMean(values));

    [Theory]
    [InlineData(new[] { 4.0, 1, 3, 2, 5 }, 0.25, 2)]
    [InlineData(new[] { 1.0, 2 }, 0.25, 1.25)]
    [InlineData(new[] { 7.0 }, 0.75, 7)]
    [InlineData(new[] { 1.0, double.PositiveInfinity, double.PositiveInfinity }, 0.75, double.PositiveInfinity)]
    [InlineData(new[] { 1.0, double.PositiveInfinity }, 0, 1)]
    public void A_quantile_is_between_its_neighbours(double[] values, double share, double quantile) =>
        Assert.Equal(quantile, Statistics.Quantile(values, share));

    [Fact]
    public void Nothing_has_no_quantile() => Assert.Throws<ArgumentException>(() => Statistics.Quantile([], 0.5));

    [Fact]
    public void Nothing_has_no_median() => Assert.Throws<ArgumentException>(() => Statistics.Median([]));
}
