using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Tuning.Tests.Stopping;

public class RegretTests
{
    private static readonly ConvergenceSpec Rule = new() { Rule = ConvergenceRule.Regret, MinTrials = 12, Patience = 3 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void On_a_smooth_function_it_ends_once_the_best_is_found_and_says_so(int seed)
    {
        var (trials, converged, state) = Until(Search.Cube(2, seed), (_, point) => [Bowl(point)], 60);

        Assert.InRange(trials, 14, 59);
        Assert.Matches("^regret: after each of the last [3-9] trials, what is left to gain was below the noise$", converged);
        Assert.InRange(Search.Lowest(state), 0, 1e-3);
    }

    [Fact]
    public void It_never_ends_before_the_least_number_of_trials()
    {
        var (trials, converged, _) = Until(Search.Cube(1, 1), (_, _) => [1], 40);

        Assert.True(converged is null || trials >= Rule.MinTrials + Rule.Patience - 1, $"{trials}");
    }

    [Fact]
    public void While_a_search_still_gains_it_goes_on()
    {
        // Each trial is better than the one before.
        var (_, converged, _) = Until(Search.Cube(4, 1), (trial, _) => [-trial], 25);

        Assert.Null(converged);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void On_noise_alone_it_looks_around_for_long_before_it_says_that_there_is_nothing(int seed)
    {
        var (trials, _, _) = Until(Search.Cube(2, seed), (trial, _) => [new KeyedRandom(trial, "noise").NextGaussian()], 25);

        Assert.Equal(25, trials);
    }

    [Fact]
    public void Of_several_objectives_each_must_have_nothing_left_to_gain()
    {
        var settings = Search.Cube(2, 1) with { Objectives = [Search.Loss, Search.Loss with { Metric = "train.loss" }] };

        var (_, converged, _) = Until(settings, (trial, point) => [Bowl(point), new KeyedRandom(trial, "rough").NextDouble() < 0.1 ? -trial : trial % 5], 30);

        Assert.Null(converged);
    }

    [Fact]
    public void Told_twice_that_a_trial_ended_or_that_one_was_cancelled_it_counts_nothing()
    {
        var settings = Search.Cube(1, 1) with { Convergence = Rule };
        var tuner = new Tuner(settings);
        var state = Search.Run(settings, point => [Bowl(point)], 25);
        (state, _) = tuner.Propose(state, 25);
        (state, var first) = tuner.End(state, new TrialEnd(25, TrialStatus.Completed, Values: [1]));

        var (again, second) = tuner.End(state, new TrialEnd(25, TrialStatus.Completed, Values: [1]));
        Assert.Equal(first, second);
        Assert.Same(state, again);

        (again, _) = tuner.Propose(again, 26);
        (again, _) = tuner.End(again, new TrialEnd(26, TrialStatus.Cancelled));
        Assert.Equal(state.Settled, again.Settled);
    }

    private static double Bowl(Point point) => Search.Coordinates(point).Sum(x => (x - 0.4) * (x - 0.4));

    private static (int Trials, string? Converged, TunerState State) Until(SearchSettings settings, Func<int, Point, double[]> objective, int trials)
    {
        var tuner = new Tuner(settings with { Convergence = Rule });
        var state = tuner.Start();
        for (var trial = 0; trial < trials; trial++)
        {
            (state, var proposal) = tuner.Propose(state, trial);
            (state, var answer) = tuner.End(state, new TrialEnd(trial, TrialStatus.Completed, Values: objective(trial, proposal.Point!)));
            if (answer.Converged is { } converged)
                return (trial + 1, converged, state);
        }

        return (trials, null, state);
    }
}
