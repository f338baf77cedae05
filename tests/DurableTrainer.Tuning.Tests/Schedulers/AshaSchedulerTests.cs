using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Schedulers;

namespace DurableTrainer.Tuning.Tests.Schedulers;

public class AshaSchedulerTests
{
    [Theory]
    [InlineData(1, 3, 20, new[] { 1, 3, 9, 20 })]
    [InlineData(2, 4, 32, new[] { 2, 8, 32 })]
    [InlineData(5, 2, 5, new[] { 5 })]
    [InlineData(1, 2, 1, new[] { 1 })]
    public void Rungs_multiply_until_the_last_epoch(int minEpochs, int reduction, int epochs, int[] rungs) =>
        Assert.Equal(rungs, Tuner.Rungs(new AshaSpec { MinEpochs = minEpochs, Reduction = reduction }, epochs));

    [Fact]
    public void Without_a_scheduler_a_trial_is_one_rung() =>
        Assert.Equal([20], Tuner.Rungs(new NoSchedulerSpec(), 20));

    [Fact]
    public void The_first_trial_at_a_rung_goes_on() =>
        Assert.Null(WhyStop(Curves.Accuracy, 0.1));

    [Fact]
    public void With_few_trials_only_the_best_goes_on()
    {
        Assert.Null(WhyStop(Curves.Accuracy, 0.9, 0.8));
        Assert.NotNull(WhyStop(Curves.Accuracy, 0.7, 0.8));
    }

    [Fact]
    public void The_best_third_goes_on_and_the_rest_stops_with_a_sentence()
    {
        double[] others = [0.5, 0.6, 0.7, 0.8, 0.9];

        Assert.Null(WhyStop(Curves.Accuracy, 0.85, others));
        Assert.Equal(
            "stopped at epoch 3: 0.75 is below the best third of 6, 0.8",
            WhyStop(Curves.Accuracy, 0.75, others));
    }

    [Theory]
    [InlineData("the first to come so far", 0.5)]
    [InlineData("0.85 is the best of 3", 0.85, 0.5, 0.6)]
    [InlineData("0.85 is among the best third of 6", 0.85, 0.5, 0.6, 0.7, 0.8, 0.9)]
    public void One_that_goes_on_is_told_why(string because, double value, params double[] others)
    {
        var ruling = Scheduler.Create(new AshaSpec()).Rule(new Standing([Curves.Accuracy], Curves.Of(0, (3, value)), Curves.At(3, others)))!;

        Assert.False(ruling.Stops);
        Assert.Equal(because, ruling.Reason);
    }

    [Fact]
    public void An_equal_of_the_last_place_goes_on() =>
        Assert.Null(WhyStop(Curves.Accuracy, 0.8, 0.5, 0.6, 0.7, 0.8, 0.9));

    [Fact]
    public void When_less_is_better_the_small_go_on()
    {
        Assert.Null(WhyStop(Curves.Loss, 0.1, 0.2, 0.3));
        Assert.Equal("stopped at epoch 3: 0.3 is above the best third of 3, 0.2", WhyStop(Curves.Loss, 0.3, 0.2, 0.4));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void A_value_of_another_that_is_not_finite_is_the_worst_and_counts(double value)
    {
        Assert.Null(WhyStop(Curves.Accuracy, 0.1, value));
        Assert.Null(WhyStop(Curves.Loss, 0.1, value));
        Assert.Null(WhyStop(Curves.Accuracy, 0.7, 0.8, 0.6, value, value, value));
        Assert.Equal("stopped at epoch 3: 0.5 is below the best third of 6, 0.6", WhyStop(Curves.Accuracy, 0.5, 0.8, 0.6, value, value, value));
    }

    [Fact]
    public void A_trial_that_reports_between_rungs_is_compared_at_the_rung_that_it_passed()
    {
        var others = Curves.Of(1, (1, 0.2), (3, 0.7));

        Assert.Equal(
            "stopped at epoch 4, past the rung at 3: 0.6 is below the best third of 2, 0.7",
            Curves.WhyStop(new AshaSpec(), Curves.Accuracy, Curves.Of(0, (2, 0.1), (4, 0.6)), others));
        Assert.Equal(
            "stopped at epoch 3: 0.6 is below the best third of 2, 0.7",
            Curves.WhyStop(new AshaSpec(), Curves.Accuracy, Curves.Of(0, (3, 0.6)), Curves.Of(1, (2, 0.5), (5, 0.7), (6, 0.9))));
    }

    [Fact]
    public void A_trial_that_reports_every_epoch_is_decided_about_once_at_each_rung()
    {
        var others = Curves.Of(1, (1, 0.5), (3, 0.7));

        Assert.Null(Curves.WhyStop(new AshaSpec(), Curves.Accuracy, Curves.Of(0, (3, 0.8), (4, 0.6)), others));
        Assert.Null(Curves.WhyStop(new AshaSpec { MinEpochs = 3 }, Curves.Accuracy, Curves.Of(0, (1, 0.1), (2, 0.1)), others));
    }

    [Fact]
    public void A_trial_that_jumped_over_a_rung_is_not_compared_there() =>
        Assert.Null(Curves.WhyStop(new AshaSpec(), Curves.Accuracy, Curves.Of(0, (3, 0.6)), Curves.Of(1, (2, 0.9), (12, 0.95))));

    private static string? WhyStop(ObjectiveSpec objective, double value, params double[] others) =>
        Curves.WhyStop(new AshaSpec(), objective, Curves.Of(0, (3, value)), Curves.At(3, others));
}
