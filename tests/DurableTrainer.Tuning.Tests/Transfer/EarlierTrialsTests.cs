using System.Text.Json;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Transfer;

namespace DurableTrainer.Tuning.Tests.Transfer;

public class EarlierTrialsTests
{
    private static readonly ObjectiveSpec Accuracy = new() { Metric = "validation.accuracy" };

    private static readonly SearchSpace Space = new(
        [
            new ChoiceParameter { Name = "optimizer", Values = ["sgd", "adamw"] },
            new FloatParameter { Name = "momentum", Min = 0, Max = 1, When = new Dictionary<string, IReadOnlyList<ParameterValue>> { ["optimizer"] = ["sgd"] } },
            new FloatParameter { Name = "rate", Min = 0.01, Max = 1 },
            new IntParameter { Name = "width", Min = 8, Max = 64 },
        ],
        ["width <= 40"]);

    [Fact]
    public void Ranks_go_from_the_best_at_0_to_the_worst_at_1_and_equals_share_theirs()
    {
        var trials = In(Trial(0.5, 0.1), Trial(0.9, 0.2), Trial(0.1, 0.3), Trial(0.5, 0.4), Trial(double.NaN, 0.5));

        Assert.Equal([0, 0.5, 0.5, 1], trials.Select(trial => trial.Rank));
        Assert.Equal([0.2, 0.1, 0.4, 0.3], trials.Select(trial => trial.PointIn(Space)["rate"].Number));
        Assert.All(trials, trial => Assert.Equal(7, trial.Source));
    }

    [Fact]
    public void When_less_is_better_the_least_comes_first() =>
        Assert.Equal(
            [0.2, 0.1],
            EarlierTrials.In(Space, 0, new ObjectiveSpec { Metric = "validation.loss" }, [Trial(0.5, 0.1), Trial(0.1, 0.2)])
                .Select(trial => trial.PointIn(Space)["rate"].Number));

    [Fact]
    public void One_trial_alone_is_the_best() => Assert.Equal(0, Assert.Single(In(Trial(0.5, 0.1))).Rank);

    [Fact]
    public void Values_that_are_gone_or_new_stand_in_the_middle()
    {
        var point = new Point([new("optimizer", "lion"), new("rate", 0.25), new("width", 1000), new("depth", 3)]);

        var moved = Assert.Single(In((point, 0.5))).PointIn(Space);

        Assert.Equal(new Point([new("optimizer", "adamw"), new("rate", 0.25), new("width", 36)]), moved);
        Assert.Empty(Space.Problems(moved));
    }

    [Fact]
    public void A_value_that_needs_another_one_brings_it_along()
    {
        var moved = Assert.Single(In((new Point([new("momentum", 0.9), new("rate", 0.25)]), 0.5))).PointIn(Space);

        Assert.Equal("sgd", moved["optimizer"]);
        Assert.Equal(0.9, moved["momentum"]);
    }

    [Fact]
    public void Points_of_which_nothing_is_left_or_that_break_a_constraint_are_left_out()
    {
        Assert.Empty(In((new Point([new("depth", 3)]), 0.5), (new Point([new("rate", 7)]), 0.6), (Point.Empty, 0.7)));
        Assert.Empty(In((new Point([new("rate", 0.5), new("width", 64)]), 0.5)));
    }

    [Fact]
    public void Of_many_trials_the_best_and_an_even_spread_of_the_others_are_kept()
    {
        var trials = In([.. Enumerable.Range(0, 1101).Select(i => Trial(i, 0.01 + i * 0.0005))]);

        Assert.Equal(EarlierTrials.MostKept, trials.Count);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => i / 1100.0), trials.Take(100).Select(trial => trial.Rank));
        var ranks = trials.Skip(99).Select(trial => trial.Rank * 1100).ToList();
        Assert.Equal(1100, ranks[^1]);
        Assert.All(ranks.Zip(ranks.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 9.99, 11.01));
    }

    [Fact]
    public void They_are_part_of_the_state_that_is_written_and_read()
    {
        var settings = new SearchSettings { Seed = 1, Objectives = [Accuracy], Space = Space.Parameters, Epochs = 3, Transferred = In(Trial(0.5, 0.1), Trial(0.6, 0.2)) };

        var read = JsonSerializer.Deserialize<SearchSettings>(JsonSerializer.Serialize(settings, SpecJson.Options), SpecJson.Options)!;

        Assert.Equal(
            settings.Transferred.Select(trial => (trial.PointIn(Space), trial.Rank, trial.Source)),
            read.Transferred.Select(trial => (trial.PointIn(Space), trial.Rank, trial.Source)));
    }

    private static (Point Point, double Value) Trial(double value, double rate) =>
        (new Point([new("optimizer", "adamw"), new("rate", rate), new("width", 8)]), value);

    private static IReadOnlyList<TransferredTrial> In(params (Point Point, double Value)[] trials) => EarlierTrials.In(Space, 7, Accuracy, trials);
}
