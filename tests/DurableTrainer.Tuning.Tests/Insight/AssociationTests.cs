using DurableTrainer.Core.Randomness;
using DurableTrainer.Tuning.Insight;

namespace DurableTrainer.Tuning.Tests.Insight;

public class AssociationTests
{
    [Fact]
    public void A_rank_correlation_is_that_of_the_formula_for_ranks_without_ties()
    {
        // Worked out by hand: the squared differences of the ranks are 20 in all.
        var found = Association.Spearman([1, 2, 3, 4, 5, 6, 7, 8], [3, 1, 2, 6, 4, 8, 5, 7])!.Value;

        Assert.Equal(1 - 6 * 20.0 / (8 * 63), found.Value, 12);
        // t = ρ √(6/(1 − ρ²)) = 2.8390, of 6 degrees of freedom.
        Assert.Equal(0.0280, found.PValue, 0.0005);
    }

    [Fact]
    public void Ties_share_the_mean_of_their_ranks()
    {
        Assert.Equal([1, 3.5, 3.5, 3.5, 3.5, 6], Ranks.Of([-1, 0, 0, 0, 0, double.PositiveInfinity]));
        Assert.Equal(1, Association.Spearman([1, 1, 2, 2, 3], [10, 10, 20, 20, 900])!.Value.Value, 12);
    }

    [Fact]
    public void Of_few_all_orders_are_counted()
    {
        // Of 120 orders of five, two are the strongest; of five in groups of two and three, two of ten are as far apart.
        Assert.Equal(2 / 120.0, Association.Spearman([1, 2, 3, 4, 5], [2, 3, 5, 7, 11])!.Value.PValue, 12);
        var (ratio, chance) = Association.CorrelationRatio([0, 0, 1, 1, 1], [1, 2, 3, 4, 5])!.Value;
        Assert.Equal(Math.Sqrt(7.5 / 10), ratio, 12);
        Assert.Equal(0.2, chance, 12);
    }

    [Fact]
    public void Perfect_order_is_as_unlikely_as_it_is_and_no_less()
    {
        double[] ascending = [.. Enumerable.Range(0, 9)];

        Assert.Equal(2 / 362_880.0, Association.Spearman(ascending, ascending)!.Value.PValue, 12);
        Assert.True(Association.CorrelationRatio([0, 0, 0, 0, 1, 1, 1, 1, 1], ascending)!.Value.PValue >= 2 / 126.0 / 2);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(12)]
    [InlineData(40)]
    public void Where_nothing_goes_together_probabilities_are_even(int count)
    {
        // Of few, so few orders are possible that five in a hundred may be out of reach.
        var (draws, least) = count < 8 ? (300, 0.0) : (2000, 0.02);
        var random = new KeyedRandom(count, "association");
        var (ordered, grouped) = (0, 0);
        for (var draw = 0; draw < draws; draw++)
        {
            double[] x = [.. Enumerable.Range(0, count).Select(_ => random.NextGaussian())];
            double[] y = [.. Enumerable.Range(0, count).Select(_ => Math.Exp(3 * random.NextGaussian()))];
            ordered += Association.Spearman(x, y)!.Value.PValue <= 0.05 ? 1 : 0;
            grouped += Association.CorrelationRatio([.. Enumerable.Range(0, count).Select(i => i % 3)], y)!.Value.PValue <= 0.05 ? 1 : 0;
        }

        Assert.InRange((double)ordered / draws, least, 0.065);
        Assert.InRange((double)grouped / draws, least, 0.065);
    }

    [Fact]
    public void What_never_changes_or_is_too_little_has_no_correlation()
    {
        Assert.Null(Association.Spearman([1, 1, 1, 1, 1], [1, 2, 3, 4, 5]));
        Assert.Null(Association.Spearman([1, 2, 3, 4, 5], [7, 7, 7, 7, 7]));
        Assert.Null(Association.Spearman([1, 2, 3], [1, 2, 3]));
        Assert.Null(Association.CorrelationRatio([0, 0, 0, 0], [1, 2, 3, 4]));
        Assert.Null(Association.CorrelationRatio([0, 1, 2, 3], [1, 2, 3, 4]));
    }

    [Fact]
    public void Holm_multiplies_each_by_those_that_are_left_and_keeps_the_order()
    {
        double[] corrected = Association.Holm([0.04, 0.01, 0.03, 0.5]);

        Assert.Equal([0.09, 0.04, 0.09, 0.5], corrected.Select(value => Math.Round(value, 12)));
        Assert.Equal([1, 1], Association.Holm([0.6, 0.9]));
    }
}
