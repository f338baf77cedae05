using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Insight;

namespace DurableTrainer.Tuning.Tests.Insight;

public class ImportanceTests
{
    private static readonly ObjectiveSpec Loss = new() { Metric = "validation.loss" };

    private static readonly SearchSpace Plain = new([Number("a"), Number("b"), Number("c")], []);

    [Fact]
    public void A_parameter_that_decides_has_nearly_all_of_the_variance()
    {
        var report = Of(Plain, 120, point => 3 * point["a"].Number + 0.3 * point["b"].Number);

        Assert.Equal("a", report.Parameters[0].Name);
        Assert.InRange(report.Parameters[0].Share, 0.9, 1);
        Assert.InRange(Share(report, "c"), 0, 0.01);
        Assert.InRange(report.Explained!.Value, 0.9, 1);
        Assert.Null(report.Missing);
    }

    [Fact]
    public void What_two_parameters_do_together_is_theirs_together()
    {
        var report = Of(Plain, 300, point => (point["a"].Number - 0.5) * (point["b"].Number - 0.5));

        var pair = report.Pairs[0];
        Assert.Equal(("a", "b"), (pair.First, pair.Second));
        Assert.InRange(pair.Share, 0.5, 1);
        Assert.InRange(Share(report, "a"), 0, 0.25);
        Assert.InRange(Share(report, "b"), 0, 0.25);
    }

    [Fact]
    public void A_choice_that_decides_is_found_with_the_values_that_are_best()
    {
        var space = new SearchSpace([new ChoiceParameter { Name = "kind", Values = ["w", "x", "y", "z"] }, Number("a")], []);

        var report = Of(space, 80, point => point["kind"].ToString() is "w" or "y" ? 1 : 2 + 0.1 * point["a"].Number);

        Assert.Equal("kind", report.Parameters[0].Name);
        Assert.InRange(report.Parameters[0].Share, 0.95, 1);
        Assert.Equal(["w", "y"], report.Parameters[0].Best.Select(value => value.ToString()).Order());
        Assert.False(report.Parameters[0].IsRange);
        Assert.Equal(4, report.Parameters[0].Dependence.Count);
    }

    [Fact]
    public void A_conditional_parameter_counts_where_it_is_active()
    {
        var space = new SearchSpace(
            [
                new ChoiceParameter { Name = "optimizer", Values = ["sgd", "adamw"] },
                new FloatParameter { Name = "momentum", Min = 0, Max = 1, When = new Dictionary<string, IReadOnlyList<ParameterValue>> { ["optimizer"] = ["sgd"] } },
                Number("a"),
            ],
            []);

        // The optimizer alone makes no difference on average.
        var report = Of(space, 200, point => point.TryGet("momentum", out var momentum) ? momentum.Number : 0.5);

        // Over the cube: half of it has variance 1/12 by momentum; a quarter of 1/12 is momentum's alone, a quarter theirs together.
        Assert.InRange(Share(report, "momentum"), 0.35, 0.6);
        Assert.Equal(("optimizer", "momentum"), (report.Pairs[0].First, report.Pairs[0].Second));
        Assert.InRange(report.Pairs[0].Share, 0.35, 0.6);
        Assert.InRange(Share(report, "optimizer"), 0, 0.05);
        var dependence = report.Parameters.Single(effect => effect.Name == "momentum").Dependence;
        Assert.Equal(0.1, dependence[2].Mean, 0.07);
        Assert.Equal(0.9, dependence[17].Mean, 0.07);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Shares_sum_to_at_most_one(long seed)
    {
        var report = Of(Plain, 60, point => Math.Sin(9 * point["a"].Number * point["b"].Number) + point["c"].Number, seed);

        Assert.InRange(report.Parameters.Sum(effect => effect.Share) + report.Pairs.Sum(pair => pair.Share), 0.5, 1 + 1e-9);
    }

    [Fact]
    public void Dependence_follows_the_function_and_the_best_range_is_where_it_is_low()
    {
        var space = new SearchSpace([new FloatParameter { Name = "rate", Min = 1e-4, Max = 1, Scale = ParameterScale.Log }, Number("a")], []);

        var report = Of(space, 200, point => Math.Pow(Math.Log10(point["rate"].Number) + 2, 2));

        var effect = report.Parameters[0];
        Assert.Equal("rate", effect.Name);
        Assert.Equal(20, effect.Dependence.Count);
        Assert.InRange(effect.Best[0].Number, 1e-3, 1e-2);
        Assert.InRange(effect.Best[1].Number, 1e-2, 1e-1);
        Assert.All(effect.Dependence, point => Assert.Equal(Math.Pow(Math.Log10(point.Value.Number) + 2, 2), point.Mean, 0.4));
    }

    [Fact]
    public void Noise_is_told_from_rows_that_trees_have_not_seen()
    {
        var random = new KeyedRandom(5, "noise");

        var report = Of(Plain, 400, point => 10 * point["a"].Number + 0.5 * random.NextGaussian());

        Assert.InRange(report.Noise!.Value, 0.45, 0.8);
    }

    [Fact]
    public void Trials_that_went_wrong_altogether_do_not_hide_what_tells_good_ones_apart()
    {
        var report = Of(Plain, 200, point => point["b"].Number > 0.9 ? 1e6 : point["a"].Number);

        Assert.InRange(report.Cutoff!.Value, 1, 4);
        Assert.InRange(Share(report, "a"), 0.15, 1);
    }

    [Fact]
    public void Too_few_trials_say_so_instead_of_numbers()
    {
        var report = Of(Plain, 7, point => point["a"].Number);

        Assert.Equal("7 trials ended with a value; it takes at least 8 to tell which parameters matter", report.Missing);
        Assert.Empty(report.Parameters);
        Assert.Equal(7, report.Lines.Count);
    }

    [Fact]
    public void Trials_that_are_all_equal_say_so()
    {
        var report = Of(Plain, 20, _ => 0.5);

        Assert.Equal("all 20 trials reached the same value: no parameter matters", report.Missing);
    }

    [Fact]
    public void Lines_cross_each_axis_at_the_coordinate_of_the_value()
    {
        var report = Of(new SearchSpace([Number("a"), new ChoiceParameter { Name = "kind", Values = ["x", "y"] }], []), 8, point => point["a"].Number);

        Assert.All(report.Lines, line => Assert.Equal(line.Value, line.Unit[0]!.Value, 12));
        Assert.All(report.Lines, line => Assert.True(line.Unit[1] is 0.25 or 0.75));
    }

    [Fact]
    public void Of_a_state_the_trials_that_ended_with_a_value_count()
    {
        var settings = new SearchSettings { Seed = 3, Objectives = [new() { Metric = "train.loss" }, Loss], Space = Plain.Parameters, Epochs = 1 };
        var tuner = new Tuner(settings);
        var state = tuner.Start();
        for (var trial = 0; trial < 30; trial++)
        {
            (state, var proposal) = tuner.Propose(state, trial);
            if (trial is 4)
                continue;
            (state, _) = tuner.Report(state, new TrialReport(trial, 0, 1, [1, proposal.Point!["b"].Number]));
            (state, _) = tuner.End(state, new TrialEnd(trial, trial == 5 ? TrialStatus.Failed : TrialStatus.Completed));
        }

        var report = Importance.Of(settings, state.Trials, 1);

        Assert.Equal(("validation.loss", 28, "b"), (report.Metric, report.Trials, report.Parameters[0].Name));
        Assert.Equal("all 28 trials reached the same value: no parameter matters", Importance.Of(settings, state.Trials, 0).Missing);
    }

    [Fact]
    public void The_same_trials_give_the_same_report()
    {
        double F(Point point) => point["a"].Number * point["b"].Number;

        Assert.Equal(
            Of(Plain, 50, F).Parameters.Select(effect => (effect.Name, effect.Share)), Of(Plain, 50, F).Parameters.Select(effect => (effect.Name, effect.Share)));
    }

    private static double Share(ImportanceReport report, string name) => report.Parameters.Single(effect => effect.Name == name).Share;

    private static ImportanceReport Of(SearchSpace space, int trials, Func<Point, double> function, long seed = 1)
    {
        var random = new KeyedRandom(seed, "points");
        return Importance.Of(space, Loss, seed, [.. Enumerable.Range(0, trials).Select(trial =>
        {
            var point = space.Decode(space.Parameters.Select(_ => random.NextDouble()).ToArray());
            return new FinishedTrial(trial, point, function(point));
        })]);
    }

    private static FloatParameter Number(string name) => new() { Name = name, Min = 0, Max = 1 };
}
