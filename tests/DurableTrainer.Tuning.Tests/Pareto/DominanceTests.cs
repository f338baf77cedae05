using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Pareto;

namespace DurableTrainer.Tuning.Tests.Pareto;

public class DominanceTests
{
    [Fact]
    public void Goals_become_numbers_of_which_less_is_better()
    {
        ObjectiveSpec[] objectives = [new() { Metric = "validation.accuracy" }, new() { Metric = "validation.loss" }];

        Assert.Equal([-0.9, 0.2], Minimised.Of(objectives, [0.9, 0.2]));
        Assert.Equal([double.PositiveInfinity, double.PositiveInfinity], Minimised.Of(objectives, [double.NaN, double.NaN]));
    }

    [Theory]
    [InlineData(new[] { 1.0, 1 }, new[] { 1.0, 2 }, true)]
    [InlineData(new[] { 1.0, 1 }, new[] { 1.0, 1 }, false)]
    [InlineData(new[] { 1.0, 3 }, new[] { 2.0, 2 }, false)]
    public void To_dominate_is_to_be_worse_in_nothing_and_better_in_something(double[] a, double[] b, bool expected) =>
        Assert.Equal(expected, Dominance.Dominates(a, b));

    [Fact]
    public void Ranks_peel_one_front_after_the_other()
    {
        List<double[]> points = [[1, 4], [4, 1], [2, 2], [3, 3], [2, 2], [5, 5]];

        Assert.Equal([0, 0, 0, 1, 0, 2], Dominance.Ranks(points));
        Assert.Equal([0, 1, 2, 4], Dominance.Front(points));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_rank_is_one_above_the_highest_of_those_that_dominate(int objectives)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var points = RandomPoints.Of(seed, 40, objectives);

            var ranks = Dominance.Ranks(points);

            for (var i = 0; i < points.Count; i++)
            {
                var above = Enumerable.Range(0, points.Count).Where(j => Dominance.Dominates(points[j], points[i])).Select(j => ranks[j] + 1);
                Assert.Equal(above.DefaultIfEmpty(0).Max(), ranks[i]);
            }

            Assert.Equal(Enumerable.Range(0, points.Count).Where(i => ranks[i] == 0), Dominance.Front(points));
        }
    }

    [Fact]
    public void Ranks_and_places_do_not_depend_on_the_order()
    {
        var points = RandomPoints.Of(3, 40, 3);
        var expected = points.Zip(Crowding.Places(points)).Select(pair => (Key(pair.First), pair.Second)).Order();

        for (var seed = 0; seed < 10; seed++)
        {
            var shuffled = RandomPoints.Shuffled(points, seed);
            Assert.Equal(expected, shuffled.Zip(Crowding.Places(shuffled)).Select(pair => (Key(pair.First), pair.Second)).Order());
        }

        static string Key(double[] point) => string.Join(' ', point);
    }

    [Fact]
    public void A_dominated_point_changes_no_rank()
    {
        var points = RandomPoints.Of(5, 30, 2);

        Assert.Equal(Dominance.Ranks(points), Dominance.Ranks([.. points, [2, 2]]).SkipLast(1));
    }

    [Fact]
    public void Crowding_is_the_gap_between_neighbours_in_shares_of_the_range()
    {
        List<double[]> points = [[0, 10], [1, 8], [5, 5], [10, 0]];

        var distances = Crowding.Distances(points, Dominance.Ranks(points));

        Assert.Equal([double.PositiveInfinity, 1, 1.7, double.PositiveInfinity], distances.Select(distance => Math.Round(distance, 12)));
    }

    [Fact]
    public void Equal_points_share_a_place()
    {
        List<double[]> points = [[0, 10], [5, 5], [5, 5], [10, 0], [11, 11]];

        Assert.Equal([1, 3, 3, 1, 5], Crowding.Places(points));
    }

    [Fact]
    public void With_one_objective_places_are_the_order_of_the_values() =>
        Assert.Equal([3, 1, 4, 1], Crowding.Places([[2], [1], [7], [1]]));
}
