using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Experts.Gaussian;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Tests.Experts;

public class GaussianExpertTests
{
    [Fact]
    public void The_sceptic_is_less_certain_wherever_nothing_was_seen()
    {
        var history = History(budget: null, trials: 12);
        var (believer, sceptic) = (history.Belief!.Objectives[0], history.Belief.With(0.5)!.Objectives[0]);
        var random = new KeyedRandom(1, "places");

        for (var i = 0; i < 50; i++)
        {
            double[] unit = [random.NextDouble(), random.NextDouble()];
            Assert.True(sceptic.Predict(unit).Deviation > believer.Predict(unit).Deviation);
        }

        Assert.Equal(believer.Means[3], sceptic.Means[3], 0.01);
        Assert.Same(history.Belief, history.Belief.With(1));
    }

    [Fact]
    public void What_a_trial_must_gain_falls_with_the_budget_and_is_least_without_one()
    {
        double[] gains = [.. new[] { 0, 10, 20, 40 }.Select(trials => SmallestGain.Of(History(budget: 20, trials)))];

        Assert.Equal([0.3, 0.3 * Math.Sqrt(0.001), 0.0003, 0.0003], gains, (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(0.0003, SmallestGain.Of(History(budget: null, trials: 3)));
    }

    [Fact]
    public void It_looks_for_a_point_only_when_asked_for_one()
    {
        var history = History(budget: null, trials: 10);
        var (asked, spared) = (GaussianExpert.Believer().Of(history, new KeyedRandom(1, "x"))!, GaussianExpert.Believer().Of(history, new KeyedRandom(1, "x"))!);
        double[] other = [0.2, 0.9];

        // The one that has not climbed knows nothing higher than its candidates.
        Assert.Equal(1, asked.Share(asked.Unit!), 1e-9);
        Assert.True(spared.Share(other) >= asked.Share(other));
        Assert.Equal(asked.Unit, spared.Unit);
    }

    private static SearchHistory History(int? budget, int trials)
    {
        var settings = Search.Cube(2, 3, TunerAgent.Sobol) with { Trials = budget };
        var random = new KeyedRandom(7, "points");
        var told = Enumerable.Range(0, trials).Select(_ =>
        {
            var (x, y) = (random.NextDouble(), random.NextDouble());
            return (new Point([new("x0", x), new("x1", y)]), (double[]?)[(x - 0.3) * (x - 0.3) + Math.Sin(3 * y)]);
        });
        return new SearchHistory(settings, new UnitSpace(settings), Search.Told(settings, told));
    }
}
