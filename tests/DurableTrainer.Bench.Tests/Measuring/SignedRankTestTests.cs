using DurableTrainer.Bench.Measuring;

namespace DurableTrainer.Bench.Tests.Measuring;

public class SignedRankTestTests
{
    [Fact]
    public void The_example_of_Hollander_and_Wolfe_comes_out_as_in_their_book()
    {
        // Nonparametric Statistical Methods, 1973, table 3.1: Hamilton's depression scale before and after.
        double[] before = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30];
        double[] after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];

        Assert.Equal(2 * 0.01953125, SignedRankTest.PValue(before.Zip(after)), 12);
        Assert.Equal(2 * 0.01953125, SignedRankTest.PValue(after.Zip(before)), 12);
    }

    [Theory]
    [InlineData(new[] { 1.0, 2, 3, 4, 5 }, 0.0625)]
    [InlineData(new[] { 1.0, 2, 3, 4, 5, 6 }, 0.03125)]
    // Of eight assignments of signs to the mid-ranks 2, 2, 2, two are as uneven.
    [InlineData(new[] { 1.0, 1, 1 }, 0.25)]
    // Ranks 1, 2.5, 2.5 and 4; positive are 1 and 4: 10 of 16 sums are at most 5, and as many at least 5.
    [InlineData(new[] { 1.0, -2, -2, 3 }, 1)]
    [InlineData(new[] { 0.0, 0, 1, 2, 3, 4, 5 }, 0.0625)]
    [InlineData(new[] { 0.0, 0 }, 1)]
    [InlineData(new double[0], 1)]
    public void Small_samples_are_counted(double[] differences, double probability) =>
        Assert.Equal(probability, SignedRankTest.PValue(differences.Select(difference => (difference, 0.0))), 12);

    [Fact]
    public void What_failed_is_worse_than_anything_and_equal_to_what_failed() =>
        Assert.Equal(0.25, SignedRankTest.PValue([(1, double.PositiveInfinity), (2, double.PositiveInfinity), (1, 2), (double.PositiveInfinity, double.PositiveInfinity)]), 12);

    [Theory]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(16)]
    public void Large_samples_come_close_to_counting(int negatives)
    {
        // Signs spread over the ranks; one more difference than is counted, so the one path and the other.
        double[] differences = [.. Enumerable.Range(1, SignedRankTest.MostExact + 1).Select(rank => rank * 7 % 27 < negatives ? -rank : (double)rank)];
        var counted = Counted(differences);

        var approximate = SignedRankTest.PValue(differences.Select(difference => (difference, 0.0)));

        Assert.Equal(counted, approximate, 0.005);
    }

    /// <summary>All sums of ranks without ties, one by one.</summary>
    private static double Counted(double[] differences)
    {
        var ways = new Dictionary<int, double> { [0] = 1 };
        for (var rank = 1; rank <= differences.Length; rank++)
            ways = ways.Concat(ways.Select(way => KeyValuePair.Create(way.Key + rank, way.Value))).GroupBy(way => way.Key).ToDictionary(group => group.Key, group => group.Sum(way => way.Value));
        var positive = differences.Where(difference => difference > 0).Sum();
        var tail = Math.Min(ways.Where(way => way.Key <= positive).Sum(way => way.Value), ways.Where(way => way.Key >= positive).Sum(way => way.Value));
        return Math.Min(1, 2 * tail / Math.Pow(2, differences.Length));
    }
}
