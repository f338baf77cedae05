using DurableTrainer.Bench.Tuner.Reports;

namespace DurableTrainer.Bench.Tests.Tuner.Reports;

public class ComparisonTests
{
    [Theory]
    [InlineData(1.0, 2.0, 0.1, "Win", 0.5)]
    [InlineData(2.0, 1.0, 0.1, "Loss", 2)]
    [InlineData(1.05, 1.0, 0.1, "Tie", 1)]
    [InlineData(0.95, 1.0, 0.1, "Tie", 0.95)]
    // Below the tie, how small exactly does not matter.
    [InlineData(1e-9, 1.0, 0.1, "Win", 0.1)]
    [InlineData(0.0, 0.0, 0.0, "Tie", 1)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity, 0.1, "Tie", 1)]
    [InlineData(double.PositiveInfinity, 1.0, 0.1, "Loss", double.PositiveInfinity)]
    public void Medians_decide_unless_they_are_close(double own, double other, double tie, string outcome, double ratio)
    {
        var comparison = Comparison.Of(Regrets(own), Regrets(other), tie)!;

        Assert.Equal((outcome, 1), (comparison.Outcome.ToString(), comparison.Seeds));
        Assert.Equal(ratio, comparison.Ratio, 9);
    }

    [Fact]
    public void Only_seeds_that_both_have_are_compared()
    {
        // With all four, the first side would win.
        var comparison = Comparison.Of(Regrets(5, 5, 0, 0, 0), Regrets(1, 2), 0.1)!;

        Assert.Equal((Outcome.Loss, 2), (comparison.Outcome, comparison.Seeds));
        Assert.Equal(0.5, comparison.PValue, 12);
        Assert.Null(Comparison.Of(Regrets(1), null, 0.1));
        Assert.Null(Comparison.Of(Regrets(1), Regrets(), 0.1));
    }

    private static Regrets Regrets(params double[] values) => new(values.Select((value, seed) => KeyValuePair.Create((long)seed, value)).ToDictionary());
}
