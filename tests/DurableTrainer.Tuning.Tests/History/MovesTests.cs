using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Tests.History;

public class MovesTests
{
    private static readonly UnitSpace Tree = UnitSpaceTests.Of(Spaces.Tree);

    [Fact]
    public void Steps_stay_in_the_space_whatever_they_move()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var (random, unit) = (new KeyedRandom(seed, "moves"), Start(seed));
            var dimensions = Enumerable.Range(0, Tree.Dimensions).Where(_ => random.NextDouble() < 0.5).ToList();

            var moved = Moves.Step(Tree, unit, dimensions, random.NextDouble(), random);

            Assert.Empty(Tree.Inner.Problems(Tree.PointAt(moved)));
            Assert.All(moved, coordinate => Assert.True(double.IsNaN(coordinate) || coordinate is >= 0 and <= 1));
            double[] again = [.. moved];
            Tree.Settle(again, random);
            UnitSpaceTests.AssertSame(moved, again);
        }
    }

    [Fact]
    public void What_does_not_move_stays_and_what_is_not_active_stays_so()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var unit = Start(seed);

            // The learning rate, and parameters that may not be active; none of these activates another.
            var moved = Moves.Step(Tree, unit, [1, 3, 4], 0.2, new KeyedRandom(seed, "moves"));

            for (var i = 0; i < unit.Length; i++)
            {
                if (i is 0 or 2 or 5 or 6 || double.IsNaN(unit[i]))
                    Assert.Equal(unit[i], moved[i]);
            }
        }
    }

    [Theory]
    [InlineData(5, 0.4)]
    [InlineData(4, 0.05)]
    [InlineData(4, 0.5)]
    [InlineData(4, 0.95)]
    public void Values_in_steps_move_however_small_the_deviation_and_wherever_on_a_logarithmic_scale(int dimension, double coordinate)
    {
        var unit = Tree.Of(new Point([new("optimizer", "rmsprop"), new("learningRate", 0.01), new("warmup", 1), new("width", 8), new("depth", 4)]));
        unit[dimension] = Tree.Settle(dimension, coordinate);

        var moved = Enumerable.Range(0, 50)
            .Select(seed => Moves.Step(Tree, unit, [dimension], 1e-6, new KeyedRandom(seed, "moves"))[dimension]).ToList();

        Assert.InRange(moved.Count(other => other != unit[dimension]), 10, 50);
    }

    [Fact]
    public void Other_values_are_all_others_where_they_are_few_or_those_nearby_and_some_far_away()
    {
        var random = new KeyedRandom(1, "others");
        Assert.Equal(2, Moves.Others(Tree, 0, 0.5 / 3, random).Count());
        Assert.Equal(7, Moves.Others(Tree, 5, Tree.Settle(5, 0.1), random).Count());
        foreach (var warmup in new double[] { 1, 2, 70, 4000, 5000 })
        {
            var parameter = Tree.Inner.Parameters[4];
            var at = parameter.Encode(warmup);
            var others = Moves.Others(Tree, 4, at, random).ToList();

            Assert.InRange(others.Count, 4, 9);
            Assert.DoesNotContain(at, others);
            var values = others.Select(other => parameter.Decode(other).Number).ToList();
            Assert.True(values.Contains(warmup - 1) || warmup == 1);
            Assert.True(values.Contains(warmup + 1) || warmup == 5000);
        }
    }

    private static double[] Start(int seed)
    {
        var random = new KeyedRandom(seed, "start");
        double[] unit = [.. Enumerable.Range(0, Tree.Dimensions).Select(_ => random.NextDouble())];
        Tree.Settle(unit);
        return unit;
    }
}
