using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Schedulers;

namespace DurableTrainer.Tuning.Tests.Schedulers;

public class MedianSchedulerTests
{
    private static readonly MedianSpec Three = new() { MinTrials = 3 };

    [Theory]
    [InlineData(1, 20, new[] { 1, 2, 4, 8, 16, 20 })]
    [InlineData(4, 20, new[] { 4, 8, 16, 20 })]
    [InlineData(5, 5, new[] { 5 })]
    [InlineData(1, 2, new[] { 1, 2 })]
    public void It_is_asked_each_time_that_as_much_again_was_trained(int minEpochs, int epochs, int[] rungs)
    {
        Assert.Equal(rungs, Tuner.Rungs(new MedianSpec { MinEpochs = minEpochs }, epochs));
        Assert.Single(Tuner.Brackets(new MedianSpec { MinEpochs = minEpochs }, epochs, 10));
    }

    [Fact]
    public void A_trial_whose_best_is_below_the_median_of_the_means_of_others_stops_with_a_sentence()
    {
        // Means up to epoch 4: 0.4, 0.6 and 0.8.
        Curve[] others = [Curves.Of(1, (2, 0.2), (4, 0.6)), Curves.Of(2, (2, 0.5), (4, 0.7), (6, 0.1)), Curves.Of(3, (4, 0.8))];

        Assert.Equal(
            "stopped at epoch 4: its best, 0.55, is below the median of 3 others, 0.6",
            Curves.WhyStop(Three, Curves.Accuracy, Curves.Of(0, (2, 0.55), (4, 0.5)), others));
        Assert.Null(Curves.WhyStop(Three, Curves.Accuracy, Curves.Of(0, (2, 0.65), (4, 0.5)), others));
    }

    [Fact]
    public void When_less_is_better_those_above_the_median_stop()
    {
        Assert.Equal(
            "stopped at epoch 4: its best, 0.35, is above the median of 4 others, 0.25",
            Curves.WhyStop(Three, Curves.Loss, Curves.Of(0, (2, 0.35), (4, 0.5)), Curves.At(4, 0.4, 0.1, 0.2, 0.3)));
        Assert.Null(Curves.WhyStop(Three, Curves.Loss, Curves.Of(0, (2, 0.15), (4, 0.5)), Curves.At(4, 0.4, 0.1, 0.2, 0.3)));
    }

    [Fact]
    public void An_equal_of_the_median_goes_on() =>
        Assert.Null(Curves.WhyStop(Three, Curves.Accuracy, Curves.Of(0, (4, 0.5)), Curves.At(4, 0.5, 0.5, 0.5)));

    [Fact]
    public void Nothing_stops_before_enough_others_have_come_as_far()
    {
        var own = Curves.Of(0, (4, 0.1));

        Assert.Null(Curves.WhyStop(Three, Curves.Accuracy, own));
        Assert.Null(Curves.WhyStop(Three, Curves.Accuracy, own, Curves.At(4, 0.9)));
        Assert.Null(Curves.WhyStop(Three, Curves.Accuracy, own, [.. Curves.At(3, 0.9, 0.9), .. Curves.At(4, 0.9, 0.9)]));
        Assert.NotNull(Curves.WhyStop(Three, Curves.Accuracy, own, Curves.At(4, 0.9, 0.9, 0.9)));
        Assert.Equal(
            "stopped at epoch 4: its best, 0.1, is below the median of 1 other, 0.9",
            Curves.WhyStop(new MedianSpec { MinTrials = 1 }, Curves.Accuracy, own, Curves.At(4, 0.9)));
    }

    [Fact]
    public void Nothing_stops_before_its_first_epochs() =>
        Assert.Null(Curves.WhyStop(Three with { MinEpochs = 5 }, Curves.Accuracy, Curves.Of(0, (4, 0.1)), Curves.At(4, 0.9, 0.9, 0.9)));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void A_value_of_another_that_is_not_finite_is_worse_than_all(double value)
    {
        Assert.Null(Curves.WhyStop(Three, Curves.Accuracy, Curves.Of(0, (4, 0.1)), Curves.At(4, 0.9, value, value)));
        Assert.Null(Curves.WhyStop(Three, Curves.Loss, Curves.Of(0, (4, 0.9)), Curves.At(4, 0.1, 0.1, value, value)));
        Assert.NotNull(Curves.WhyStop(Three, Curves.Loss, Curves.Of(0, (4, 0.9)), Curves.At(4, 0.1, 0.1, value)));
    }

    [Fact]
    public void Others_that_report_at_other_epochs_count_with_their_last_report_until_then()
    {
        Curve[] others = [Curves.Of(1, (3, 0.6), (6, 0.1)), Curves.Of(2, (1, 0.4), (2, 0.8), (9, 0.1)), Curves.Of(3, (4, 0.6))];

        Assert.Equal(
            "stopped at epoch 5: its best, 0.5, is below the median of 2 others, 0.6",
            Curves.WhyStop(new MedianSpec { MinTrials = 2 }, Curves.Accuracy, Curves.Of(0, (5, 0.5)), others));
    }

    [Fact]
    public void A_trial_that_has_come_as_far_but_told_nothing_until_then_does_not_count() =>
        Assert.Null(Curves.WhyStop(new MedianSpec { MinTrials = 1 }, Curves.Accuracy, Curves.Of(0, (5, 0.5)), Curves.At(9, 0.9, 0.9)));

    [Fact]
    public void How_often_another_reports_changes_nothing_of_its_mean()
    {
        var often = Curves.Of(1, (1, 0.2), (2, 0.2), (3, 0.2), (4, 0.8), (5, 0.8), (6, 0.8));
        var seldom = Curves.Of(2, (3, 0.2), (6, 0.8));

        Assert.Equal(0.5, often.MeanBy(6)!.Value, 12);
        Assert.Equal(0.5, seldom.MeanBy(6)!.Value, 12);
        Assert.Null(seldom.MeanBy(2));
    }

    [Fact]
    public void With_several_objectives_the_better_half_of_those_that_came_as_far_goes_on()
    {
        static Curve Two(int trial, params double[] values) => new(trial, () => 27, [new RungValue(4, values)]);
        Curve[] others = [Two(1, 0.9, 0.1), Two(2, 0.8, 0.2), Two(3, 0.3, 0.7), Two(4, double.NaN, 0.01)];
        string? WhyStop(params double[] values) => Curves.WhyStop(Scheduler.Create(Three), new Standing([Curves.Accuracy, Curves.Loss], Two(0, values), others));

        Assert.Null(WhyStop(0.7, 0.3));
        Assert.Null(WhyStop(0.1, 0.05));
        Assert.Equal(
            "stopped at epoch 4: place 4 of 5 by validation.accuracy and validation.loss together; 3 other trials are better in one of them and worse in none",
            WhyStop(0.2, 0.8));
    }

    [Theory]
    [InlineData(Goal.Maximize)]
    [InlineData(Goal.Minimize)]
    public void Of_noisy_learning_curves_the_poor_stop_early_and_the_best_is_trained_to_the_end(Goal goal)
    {
        var random = new KeyedRandom(3, "curves");
        double[] heights = [.. Enumerable.Range(0, 60).Select(_ => random.NextDouble())];
        double Value(int trial, int epoch)
        {
            var value = heights[trial] * (1 - Math.Pow(0.8, epoch)) + 0.01 * new KeyedRandom(trial * 100 + epoch, "noise").NextDouble();
            return goal == Goal.Maximize ? value : -value;
        }

        var endings = Curves.Run(new MedianSpec(), goal == Goal.Maximize ? Curves.Accuracy : Curves.Loss, 60, Value);

        var best = Enumerable.Range(0, 60).MaxBy(trial => heights[trial]);
        Assert.Equal((27, Verdict.Complete), (endings[best].Epochs, endings[best].Last.Verdict));
        Assert.All(Enumerable.Range(0, 5), trial => Assert.Equal(27, endings[trial].Epochs));
        Assert.All(Enumerable.Range(5, 55).Where(trial => heights[trial] < 0.2), trial => Assert.Equal(Verdict.Stop, endings[trial].Last.Verdict));
        Assert.True(endings.Sum(ending => ending.Epochs) < 60 * 27 * 2 / 3);
    }
}
