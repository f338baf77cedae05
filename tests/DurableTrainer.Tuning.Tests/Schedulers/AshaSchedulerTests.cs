using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Schedulers;

namespace DurableTrainer.Tuning.Tests.Schedulers;

public class AshaSchedulerTests
{
    private static readonly ObjectiveSpec Accuracy = new() { Metric = "validation.accuracy" };
    private static readonly ObjectiveSpec Loss = new() { Metric = "validation.loss", Goal = Goal.Minimize };

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
        Assert.Null(WhyStop(Accuracy, 0.1));

    [Fact]
    public void With_few_trials_only_the_best_goes_on()
    {
        Assert.Null(WhyStop(Accuracy, 0.9, 0.8));
        Assert.NotNull(WhyStop(Accuracy, 0.7, 0.8));
    }

    [Fact]
    public void The_best_third_goes_on_and_the_rest_stops_with_a_sentence()
    {
        double[] others = [0.5, 0.6, 0.7, 0.8, 0.9];

        Assert.Null(WhyStop(Accuracy, 0.85, others));
        Assert.Equal(
            "stopped at epoch 3: 0.75 is below the best third of 6, 0.8",
            WhyStop(Accuracy, 0.75, others));
    }

    [Fact]
    public void An_equal_of_the_last_place_goes_on() =>
        Assert.Null(WhyStop(Accuracy, 0.8, 0.5, 0.6, 0.7, 0.8, 0.9));

    [Fact]
    public void When_less_is_better_the_small_go_on()
    {
        Assert.Null(WhyStop(Loss, 0.1, 0.2, 0.3));
        Assert.Equal("stopped at epoch 3: 0.3 is above the best third of 3, 0.2", WhyStop(Loss, 0.3, 0.2, 0.4));
    }

    private static string? WhyStop(ObjectiveSpec objective, double value, params double[] others) =>
        new AshaScheduler(new AshaSpec()).WhyStop(objective, 3, value, others);
}
