using DurableTrainer.Core.Randomness;
using DurableTrainer.Tuning.Pareto;

namespace DurableTrainer.Tuning.Tests.Pareto;

public class HypervolumeTests
{
    [Fact]
    public void Two_steps_of_a_staircase_have_the_area_that_one_can_count() =>
        Assert.Equal(5, Hypervolume.Of([[1, 2], [2, 1]], [4, 3]), 12);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void It_equals_the_sum_of_all_intersections_with_alternating_signs(int objectives)
    {
        double[] reference = [.. Enumerable.Repeat(0.9, objectives)];
        for (var seed = 0; seed < 20; seed++)
        {
            var points = RandomPoints.Of(seed, 10, objectives);
            var expected = 0.0;
            for (var subset = 1; subset < 1 << points.Count; subset++)
            {
                var chosen = points.Where((_, i) => (subset >> i & 1) == 1).ToList();
                var volume = reference.Select((bound, i) => Math.Max(0, bound - chosen.Max(point => point[i]))).Aggregate((a, b) => a * b);
                expected += chosen.Count % 2 == 1 ? volume : -volume;
            }

            Assert.Equal(expected, Hypervolume.Of(points, reference), 9);
        }
    }

    [Fact]
    public void It_is_the_share_of_random_shots_that_hit_what_is_dominated()
    {
        var points = RandomPoints.Of(1, 60, 3);
        var random = new KeyedRandom(2, "shots");
        const int Shots = 20_000;
        var hits = 0;
        for (var shot = 0; shot < Shots; shot++)
        {
            double[] at = [random.NextDouble(), random.NextDouble(), random.NextDouble()];
            hits += points.Exists(point => point[0] <= at[0] && point[1] <= at[1] && point[2] <= at[2]) ? 1 : 0;
        }

        Assert.Equal(Hypervolume.Of(points, [1, 1, 1]), (double)hits / Shots, 0.02);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void What_a_candidate_adds_is_the_difference_that_it_makes(int objectives)
    {
        double[] reference = [.. Enumerable.Repeat(0.95, objectives)];
        for (var seed = 0; seed < 50; seed++)
        {
            var points = RandomPoints.Of(seed, 15, objectives);
            var candidate = RandomPoints.Of(seed + 1000, 1, objectives)[0];

            var gain = Hypervolume.Improvement(points, candidate, reference);

            Assert.Equal(Hypervolume.Of([.. points, candidate], reference) - Hypervolume.Of(points, reference), gain, 9);
        }
    }

    [Fact]
    public void A_dominated_point_adds_nothing_and_neither_does_an_equal_one()
    {
        List<double[]> points = [[1, 2, 3], [2, 1, 2]];

        Assert.Equal(0, Hypervolume.Improvement(points, [2, 2, 3], [4, 4, 4]));
        Assert.Equal(0, Hypervolume.Improvement(points, [1, 2, 3], [4, 4, 4]));
        Assert.Equal(Hypervolume.Of(points, [4, 4, 4]), Hypervolume.Of([.. points, [2, 2, 3], [1, 2, 3]], [4, 4, 4]), 12);
    }

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.NaN)]
    [InlineData(4)]
    public void What_lies_outside_counts_for_nothing(double outside)
    {
        Assert.Equal(4, Hypervolume.Of([[2, 2], [0, outside]], [4, 4]));
        Assert.Equal(0, Hypervolume.Improvement([[2, 2]], [0, outside], [4, 4]));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_order_of_the_points_does_not_matter(int objectives)
    {
        var points = RandomPoints.Of(7, 30, objectives);
        double[] reference = [.. Enumerable.Repeat(1.0, objectives)];
        var volume = Hypervolume.Of(points, reference);

        for (var seed = 0; seed < 10; seed++)
            Assert.Equal(volume, Hypervolume.Of(RandomPoints.Shuffled(points, seed), reference), 12);
    }

    [Fact]
    public void The_points_are_left_as_they_were()
    {
        List<double[]> points = [[3, 1, 2], [1, 2, 3], [2, 3, 1]];

        Hypervolume.Of(points, [4, 4, 4]);
        Hypervolume.Improvement(points, [1, 1, 1], [4, 4, 4]);

        Assert.Equal([[3, 1, 2], [1, 2, 3], [2, 3, 1]], points);
    }

    [Fact]
    public void The_reference_lies_a_tenth_of_the_range_beyond_the_worst() =>
        Assert.Equal([11, 5.5], ReferencePoint.Of([[0, 5], [10, 5], [double.PositiveInfinity, 7], [4, double.NaN]])!);

    [Fact]
    public void Without_a_finite_point_there_is_no_reference() =>
        Assert.Null(ReferencePoint.Of([[double.NaN, 1]]));

    [Fact]
    public void Where_all_are_zero_the_reference_is_one() =>
        Assert.Equal([1], ReferencePoint.Of([[0], [0]])!);
}
