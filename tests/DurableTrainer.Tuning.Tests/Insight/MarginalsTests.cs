using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;
using DurableTrainer.Tuning.Insight;

namespace DurableTrainer.Tuning.Tests.Insight;

/// <summary>What is computed from the boxes of a tree's leaves is what averages of its predictions come to.</summary>
public class MarginalsTests
{
    private static readonly SearchSpace Space = new(
        [
            new ChoiceParameter { Name = "kind", Values = ["x", "y", "z"] },
            new FloatParameter { Name = "rate", Min = 0.001, Max = 1, Scale = ParameterScale.Log },
            new IntParameter { Name = "depth", Min = 1, Max = 4, When = When("kind", "x", "z") },
            new FloatParameter { Name = "drop", Min = 0, Max = 1, When = When("depth", 2, 3) },
        ],
        []);

    private const int Shots = 20_000;

    private readonly InsightSpace cube = new(Space);
    private readonly RegressionTree tree;
    private readonly Marginals marginals;

    public MarginalsTests()
    {
        var random = new KeyedRandom(1, "rows");
        var points = Enumerable.Range(0, 250).Select(_ => Space.Decode(Unit(random))).ToList();
        double[] values = [.. points.Select(point =>
            (point["kind"] == "y" ? 1 : 0) + point["rate"].Number * 2
            + (point.TryGet("depth", out var depth) ? depth.Number * point["rate"].Number : 0.5)
            + (point.TryGet("drop", out var drop) ? 2 * drop.Number : 0))];
        tree = new RegressionTree(cube, [.. points.Select(cube.Of)], values, [.. Enumerable.Range(0, points.Count)]);
        marginals = new Marginals(cube, tree);
    }

    [Fact]
    public void The_leaves_fill_the_cube_and_none_overlap()
    {
        Assert.True(tree.Leaves.Count > 20);
        Assert.Equal(1, tree.Leaves.Sum(leaf => leaf.Measure), 9);
        var random = new KeyedRandom(2, "shots");
        for (var shot = 0; shot < 1000; shot++)
        {
            var unit = Unit(random);
            Assert.Single(tree.Leaves, leaf => leaf.Box.Select((region, i) => region.Contains(unit[i])).All(inside => inside));
        }
    }

    [Fact]
    public void Where_a_parameter_is_not_active_its_coordinate_changes_nothing()
    {
        var random = new KeyedRandom(3, "shots");
        for (var shot = 0; shot < 1000; shot++)
        {
            var unit = Unit(random);
            Assert.Equal(tree.Predict(cube.Of(Space.Decode(unit))), tree.Predict(unit));
        }

        Assert.All(tree.Leaves, leaf => Assert.True(leaf.Box[3].Measure == 1 || leaf.Box[2].Without(cube.RequirementsOf(3)[1].Needed).Measure < 1e-9));
    }

    [Fact]
    public void Mean_and_variance_are_those_of_the_predictions()
    {
        var random = new KeyedRandom(4, "shots");
        double[] predictions = [.. Enumerable.Range(0, Shots).Select(_ => tree.Predict(Unit(random)))];
        var mean = predictions.Average();

        Assert.Equal(mean, marginals.Mean, 0.02);
        Assert.Equal(predictions.Average(value => (value - mean) * (value - mean)), marginals.Variance, 0.04 * marginals.Variance);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_a_parameter_does_alone_is_the_covariance_of_predictions_that_share_it(int parameter)
    {
        // Sobol's identity: the variance of a conditional mean is the covariance of two shots that share what is conditioned on.
        Assert.Equal(Covariance(parameter), marginals.Main(parameter), 0.04 * marginals.Variance);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    [InlineData(0, 3)]
    public void What_two_parameters_do_together_is_what_they_share_beyond_what_each_does(int first, int second) =>
        Assert.Equal(
            Covariance(first, second) - marginals.Main(first) - marginals.Main(second), marginals.Pair(first, second), 0.04 * marginals.Variance);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Dependence_is_the_mean_of_predictions_where_the_parameter_is_active(int parameter)
    {
        var random = new KeyedRandom(6, "shots");
        var dependence = marginals.Dependence(parameter);
        foreach (var coordinate in (double[])[0.05, 0.4, 0.9])
        {
            var predictions = new List<double>();
            for (var shot = 0; shot < Shots / 4; shot++)
            {
                var unit = Unit(random);
                unit[parameter] = coordinate;
                if (Space.Decode(unit).Contains(Space.Parameters[parameter].Name))
                    predictions.Add(tree.Predict(unit));
            }

            Assert.Equal(predictions.Average(), dependence(coordinate), 0.05);
        }
    }

    private double Covariance(params int[] shared)
    {
        var random = new KeyedRandom(5, "shots");
        var (sum, products) = (0.0, 0.0);
        for (var shot = 0; shot < Shots; shot++)
        {
            var (one, other) = (Unit(random), Unit(random));
            foreach (var parameter in shared)
                other[parameter] = one[parameter];
            var (a, b) = (tree.Predict(one), tree.Predict(other));
            sum += a + b;
            products += a * b;
        }

        return products / Shots - Math.Pow(sum / (2 * Shots), 2);
    }

    private static double[] Unit(KeyedRandom random) => [.. Space.Parameters.Select(_ => random.NextDouble())];

    private static Dictionary<string, IReadOnlyList<ParameterValue>> When(string name, params ParameterValue[] values) => new() { [name] = values };
}
