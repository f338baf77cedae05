using DurableTrainer.Bench.Tuner.Tasks;
using DurableTrainer.Bench.Tuner.Tasks.Own;
using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;

namespace DurableTrainer.Bench.Tests.Tuner.Tasks;

public class SearchTaskTests
{
    public static TheoryData<string> Names => [.. TaskSet.AllTasks.Select(task => task.Name)];

    [Fact]
    public void No_two_tasks_have_one_name_and_each_set_has_ten_or_more()
    {
        Assert.Equal(TaskSet.AllTasks.Count(), TaskSet.AllTasks.Select(task => task.Name).Distinct().Count());
        Assert.All(TaskSet.All, set => Assert.True(set.Tasks.Count >= 10));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_optimum_is_the_value_of_a_point_of_the_space(string name)
    {
        var task = Named(name);
        var best = KnownBest.Of(task);

        Assert.Empty(new SearchSpace(task.Space, task.Constraints).Problems(best));
        Assert.False(task.Fails(best));
        Assert.Equal(task.Optimum, task.Value(best), ToleranceOf(task));
    }

    /// <summary>From the best point and from others, steps that shrink while they do not help.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_long_search_finds_nothing_below_the_optimum(string name)
    {
        var task = Named(name);
        var space = new SearchSpace(task.Space, task.Constraints);
        var unit = new double[task.Space.Count];
        space.Encode(KnownBest.Of(task), unit);

        var found = Climb(task, space, [.. unit.Select(c => double.IsNaN(c) ? 0.5 : c)], seed: 0);
        for (var start = 1; start <= 6; start++)
        {
            var random = new KeyedRandom(start, "start");
            found = Math.Min(found, Climb(task, space, [.. unit.Select(_ => random.NextDouble())], start));
        }

        Assert.InRange(found, task.Optimum - ToleranceOf(task), double.PositiveInfinity);
    }

    /// <summary>Values of formulas that reproduce those of Optuna's random search in the reference figures.</summary>
    [Theory]
    [InlineData("branin", 20.268523545675635, new[] { 1.5, 7 })]
    [InlineData("hartmann3", -3.535387635404504, new[] { 0.2, 0.5, 0.8 })]
    [InlineData("hartmann6", -1.4069105761385297, new[] { 0.1, 0.2, 0.3, 0.4, 0.5, 0.6 })]
    [InlineData("ackley5", 15.584141188957243, new[] { 1.0, 2, 3, 4, 5 })]
    [InlineData("levy4", 20.781561311354444, new[] { -3.0, 2, 5, 7.5 })]
    [InlineData("rosenbrock4", 606.0, new[] { 0.5, -1, 1.5, 0.2 })]
    [InlineData("rastrigin5", 66.68178725044459, new[] { 1.0, -2, 0.3, 2.2, -1.4 })]
    [InlineData("sphere10", 100.63843554322257, new[] { 1.0, 2, 3, 4, 5, -1, -2, -3, -4, -5 })]
    public void Formulas_are_those_that_Optuna_was_measured_on(string name, double value, double[] x) =>
        Assert.Equal(value, Named(name).Value(Coordinates.PointAt(x)), 1e-9);

    [Fact]
    public void Formulas_of_mixed_spaces_are_those_that_Optuna_was_measured_on()
    {
        static Point At(params (string Name, ParameterValue Value)[] values) => new(values.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));
        var (training, machine) = (Named("mlmix"), Named("svmlike"));

        var deep = At(("lr", 0.2), ("wd", 1e-5), ("layers", 6), ("opt", "sgd"), ("drop", 0.5), ("batch", 100));
        var flat = At(("lr", 1e-3), ("wd", 0.01), ("layers", 2), ("opt", "rmsprop"), ("drop", 0.1), ("batch", 16));
        Assert.Equal(0.05664159634890648, training.Value(deep), 1e-12);
        Assert.Equal(0.060195432279277816, training.Value(flat), 1e-12);
        Assert.Equal(0.12011271063821993, machine.Value(At(("C", 3), ("gamma", 0.02), ("kernel", "poly"), ("degree", 5))), 1e-12);
        Assert.Equal(0.23222781093986689, machine.Value(At(("C", 100), ("gamma", 1e-3), ("kernel", "sigmoid"), ("degree", 5))), 1e-12);
    }

    [Fact]
    public void Half_of_a_failing_space_fails()
    {
        var task = Named("failing4");
        var (space, random) = (new SearchSpace(task.Space, []), new KeyedRandom(1, "points"));

        var failed = Enumerable.Range(0, 10_000).Count(_ => task.Fails(space.Decode([.. task.Space.Select(_ => random.NextDouble())])));

        Assert.Equal(0.5, failed / 10_000.0, 0.02);
    }

    [Fact]
    public void What_a_family_of_models_does_not_have_is_inactive()
    {
        var space = new SearchSpace(ConditionalTask.FamilyTree.Space, []);
        var random = new KeyedRandom(1, "points");

        var shapes = Enumerable.Range(0, 200)
            .Select(_ => space.Decode([.. space.Parameters.Select(_ => random.NextDouble())]))
            .Select(point => string.Join(' ', point.Select(pair => pair.Key)))
            .Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(
            [
                "model optimizer rate layers width decay", "model optimizer rate layers width momentum",
                "model penalty normalise", "model trees depth share",
            ],
            shapes);
    }

    private static SearchTask Named(string name) => TaskSet.AllTasks.Single(task => task.Name == name);

    /// <summary>1e-4, and as small a part of optima above 1.</summary>
    private static double ToleranceOf(SearchTask task) => 1e-4 * Math.Max(1, Math.Abs(task.Optimum) / 100);

    private static double Climb(SearchTask task, SearchSpace space, double[] at, int seed)
    {
        var (random, best, step) = (new KeyedRandom(seed, "climb"), double.PositiveInfinity, 0.2);
        for (var i = 0; i < 1500; i++)
        {
            double[] next = [.. at.Select(c => Math.Clamp(c + (i == 0 ? 0 : step * random.NextGaussian()), 0, 1 - 1e-12))];
            var point = space.Decode(next);
            var value = space.Satisfies(point) && !task.Fails(point) ? task.Value(point) : double.PositiveInfinity;
            // One in five successes keeps the step as it is (Rechenberg, 1973).
            step = value < best ? Math.Min(0.5, step * 1.5) : Math.Max(1e-9, step * 0.904);
            if (value <= best)
                (best, at) = (value, next);
        }

        return best;
    }
}
