using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Tests.History;

public class UnitSpaceTests
{
    private static readonly UnitSpace Tree = Of(Spaces.Tree);

    private static readonly string[] AllNames = ["tree", "choices", "steps", "twelve"];

    public static TheoryData<string> Names => [.. AllNames];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_settled_point_is_where_its_values_are_and_settling_again_changes_nothing(string name)
    {
        var space = Named(name);
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new KeyedRandom(seed, "settle");
            double[] unit = [.. Enumerable.Range(0, space.Dimensions).Select(_ => random.NextDouble())];
            var point = space.PointAt(unit);

            space.Settle(unit);

            Assert.Equal(point, space.PointAt(unit));
            Assert.Empty(space.Inner.Problems(point));
            double[] again = [.. unit];
            space.Settle(again, random);
            AssertSame(unit, again);
            AssertSame(space.Of(point), unit, 1e-12);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.2)]
    [InlineData(1.7)]
    public void Coordinates_at_the_bounds_and_beyond_are_values_of_the_space(double coordinate)
    {
        foreach (var name in AllNames)
        {
            var space = Named(name);
            var unit = new double[space.Dimensions];
            Array.Fill(unit, coordinate);

            space.Settle(unit);

            Assert.Empty(space.Inner.Problems(space.PointAt(unit)));
            Assert.All(unit, settled => Assert.True(double.IsNaN(settled) || settled is >= 0 and <= 1));
        }
    }

    [Fact]
    public void Each_value_has_one_coordinate()
    {
        foreach (var (dimension, levels) in Tree.Levels.Index().Where(pair => pair.Item is > 0 and < 100))
        {
            var settled = Enumerable.Range(0, 2000).Select(i => Tree.Settle(dimension, (i + 0.5) / 2000)).ToList();

            Assert.Equal(levels, settled.Distinct().Count());
            Assert.Equal(settled.Order(), settled);
        }
    }

    [Fact]
    public void What_is_not_active_has_no_coordinate_and_stands_in_the_middle_or_apart_for_a_model()
    {
        var unit = Tree.Of(new Point([new("optimizer", "adamw"), new("learningRate", 0.01), new("width", 8), new("depth", 4)]));

        Assert.Equal([false, false, true, true, true, false, false], unit.Select(double.IsNaN));
        var row = Tree.Impute(unit);
        Assert.Equal([-1, 0.5, 0.5], row[2..5]);
        Assert.Equal([.. unit[..2], .. unit[5..]], [.. row[..2], .. row[5..]]);
    }

    [Fact]
    public void What_a_change_activates_gets_a_value_down_to_the_second_condition()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new KeyedRandom(seed, "activate");
            var unit = Tree.Of(new Point([new("optimizer", "adamw"), new("learningRate", 0.01), new("width", 8), new("depth", 4)]));
            unit[0] = 0.5 / 3;

            Tree.Settle(unit, random);

            var point = Tree.PointAt(unit);
            Assert.Empty(Tree.Inner.Problems(point));
            Assert.True(point.Contains("nesterov") && point.Contains("warmup"));
            Assert.Equal(point["nesterov"] == true, point.Contains("momentum"));
        }
    }

    internal static void AssertSame(double[] expected, double[] actual, double tolerance = 0)
    {
        for (var i = 0; i < expected.Length; i++)
            Assert.True(double.IsNaN(expected[i]) ? double.IsNaN(actual[i]) : Math.Abs(expected[i] - actual[i]) <= tolerance, $"{i}: {expected[i]}, {actual[i]}");
    }

    internal static UnitSpace Of(IReadOnlyList<Parameter> parameters) => new(Search.Cube(1, 0) with { Space = parameters });

    private static UnitSpace Named(string name) => name switch
    {
        "tree" => Tree,
        "choices" => Of(Spaces.Choices),
        "steps" => Of(Spaces.Steps),
        _ => Of(Spaces.Twelve),
    };
}
