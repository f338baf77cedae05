using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Stopping;

namespace DurableTrainer.Tuning.Tests.Stopping;

public class PlateauTests
{
    private static readonly ObjectiveSpec Accuracy = new() { Metric = "validation.accuracy" };
    private static readonly ConvergenceSpec Rule = new() { Rule = ConvergenceRule.Plateau, MinTrials = 5, Patience = 3 };

    [Fact]
    public void It_never_ends_before_the_least_number_of_trials() =>
        Assert.Null(Plateau.WhyEnded(Rule, [Accuracy], Each(0.9, 0.1, 0.1, 0.1)));

    [Fact]
    public void It_ends_when_patience_has_run_out() =>
        Assert.Equal("plateau: the last 4 trials did not improve the best value", Plateau.WhyEnded(Rule, [Accuracy], Each(0.9, 0.1, 0.1, 0.1, 0.9)));

    [Fact]
    public void An_improvement_starts_the_count_anew() =>
        Assert.Null(Plateau.WhyEnded(Rule, [Accuracy], Each(0.5, 0.1, 0.1, 0.1, 0.6, 0.2)));

    [Fact]
    public void Failed_trials_count_as_no_improvement() =>
        Assert.NotNull(Plateau.WhyEnded(Rule, [Accuracy], Each(0.5, 0.6, double.NaN, double.NaN, double.NaN)));

    [Fact]
    public void With_several_objectives_it_ends_when_no_trial_joins_the_front()
    {
        ObjectiveSpec[] objectives = [Accuracy, new() { Metric = "validation.loss" }];
        IReadOnlyList<double>?[] values = [[0.5, 0.5], [0.4, 0.4], [0.3, 0.5], [0.4, 0.4], null];

        Assert.Equal("plateau: none of the last 3 trials joined the front", Plateau.WhyEnded(Rule, objectives, values));
        Assert.Null(Plateau.WhyEnded(Rule, objectives, [.. values, [0.2, 0.3]]));
    }

    private static IReadOnlyList<double>[] Each(params double[] values) => [.. values.Select(value => new[] { value })];
}
