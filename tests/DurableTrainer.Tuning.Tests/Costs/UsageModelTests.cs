using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;
using DurableTrainer.Tuning.Costs;

namespace DurableTrainer.Tuning.Tests.Costs;

public class UsageModelTests
{
    private static readonly SearchSpace Space = new(Costly.Space, []);

    [Theory]
    [InlineData(10, 0.3)]
    [InlineData(20, 0.1)]
    [InlineData(200, 0.05)]
    public void A_sum_of_a_constant_and_a_product_is_learned_from_few_trials(int count, double most)
    {
        var errors = Enumerable.Range(0, 10).SelectMany(seed =>
        {
            var (random, model) = (new KeyedRandom(seed, "test"), Fit(seed, count));
            return Enumerable.Range(0, 50).Select(_ => Costly.Draw(random)).Select(point => Math.Log(model.Predict(point).Expected / Costly.Memory(point)));
        });

        Assert.InRange(Math.Sqrt(errors.Average(error => error * error)), 0, most);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(15)]
    [InlineData(40)]
    public void Bounds_hold_with_95_percent_to_either_side(int count)
    {
        var (below, above, all) = (0, 0, 0);
        for (var seed = 0; seed < 40; seed++)
        {
            var (random, model) = (new KeyedRandom(seed, "test"), Fit(seed, count));
            for (var i = 0; i < 50; i++)
            {
                var point = Costly.Draw(random);
                var (seen, predicted) = (Noisy(point, random), model.Predict(point));
                (below, above, all) = (below + (seen < predicted.Lower ? 1 : 0), above + (seen > predicted.Upper ? 1 : 0), all + 1);
                Assert.True(predicted.Lower < predicted.Expected && predicted.Expected < predicted.Upper);
            }
        }

        Assert.InRange((double)below / all, 0, 0.09);
        Assert.InRange((double)above / all, 0, 0.09);
    }

    [Fact]
    public void It_says_whether_its_bounds_were_seen_and_that_too_few_trials_say_nothing()
    {
        Assert.Null(UsageModel.Fit(Space, Seen(1, UsageModel.Fewest - 1)));
        Assert.False(Fit(1, 18).HasSeenBounds);
        Assert.True(Fit(1, 19).HasSeenBounds);
    }

    [Fact]
    public void What_is_the_same_everywhere_is_predicted_everywhere()
    {
        var random = new KeyedRandom(1, "same");
        var model = UsageModel.Fit(Space, [.. Enumerable.Range(0, 12).Select(_ => (Costly.Draw(random), 7.0))])!;

        Assert.Equal(7, model.Predict(Costly.Draw(random)).Expected, 0.01);
    }

    [Fact]
    public void Conditions_choices_and_values_without_logarithm_are_no_obstacle()
    {
        IReadOnlyList<Parameter> tree = [.. Spaces.Tree, new IntParameter { Name = "shift", Min = -3, Max = 3 }, new OrdinalParameter { Name = "size", Values = ["s", "m", "l"] }];
        var (space, random) = (new SearchSpace(tree, []), new KeyedRandom(2, "tree"));
        Point Draw() => space.Decode([.. tree.Select(_ => random.NextDouble())]);
        double Take(Point point) => (point["optimizer"].ToString() == "adamw" ? 2 : 1) * Math.Exp(0.2 * point["shift"].Number);

        var model = UsageModel.Fit(space, [.. Enumerable.Range(0, 40).Select(_ => Draw()).Select(point => (point, Take(point)))])!;

        Assert.All(Enumerable.Range(0, 50).Select(_ => Draw()), point => Assert.InRange(model.Predict(point).Expected / Take(point), 0.9, 1.1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void What_cannot_have_been_measured_is_refused(double usage) =>
        Assert.Contains("must be above 0 and finite", Assert.Throws<ArgumentException>(() =>
            UsageModel.Fit(Space, [.. Seen(1, 8), (Costly.Draw(new KeyedRandom(1, "x")), usage)])).Message, StringComparison.Ordinal);

    private static UsageModel Fit(long seed, int count) => UsageModel.Fit(Space, Seen(seed, count))!;

    private static List<(Point Point, double Usage)> Seen(long seed, int count)
    {
        var random = new KeyedRandom(seed, "seen");
        return [.. Enumerable.Range(0, count).Select(_ => Costly.Draw(random)).Select(point => (point, Noisy(point, random)))];
    }

    private static double Noisy(Point point, KeyedRandom random) => Costly.Memory(point) * Math.Exp(0.03 * random.NextGaussian());
}
