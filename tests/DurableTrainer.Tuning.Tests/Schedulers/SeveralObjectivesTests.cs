using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Schedulers;

namespace DurableTrainer.Tuning.Tests.Schedulers;

public class SeveralObjectivesTests
{
    private static readonly ObjectiveSpec[] Objectives =
    [
        new() { Metric = "validation.accuracy" }, new() { Metric = "validation.loss" },
    ];

    [Fact]
    public void A_trial_that_no_other_dominates_goes_on_however_bad_it_is_in_one() =>
        Assert.Null(WhyStop([0.1, 0.05], [0.9, 0.2], [0.8, 0.3], [0.7, 0.4], [0.6, 0.5], [0.5, 0.6]));

    [Fact]
    public void A_trial_that_others_dominate_stops_with_a_sentence() =>
        Assert.Equal(
            "stopped at epoch 3: place 3 of 4 by validation.accuracy and validation.loss together; 2 other trials are better in one of them and worse in none",
            WhyStop([0.6, 0.35], [0.9, 0.2], [0.8, 0.3], [0.5, 0.6]));

    [Fact]
    public void Of_many_that_none_dominates_those_in_the_crowd_stop() =>
        Assert.Equal(
            "stopped at epoch 3: place 5 of 5 by validation.accuracy and validation.loss together; none is better in all of them, but others differ more from each other",
            WhyStop([0.51, 0.51], [0.9, 0.9], [0.1, 0.1], [0.5, 0.5], [0.7, 0.75]));

    [Fact]
    public void A_trial_that_has_a_value_that_is_not_finite_is_worse_than_all() =>
        Assert.Null(WhyStop([0.1, 0.9], [double.NaN, 0.1], [0.9, double.NegativeInfinity]));

    [Fact]
    public void Without_a_scheduler_none_stops() =>
        Assert.Null(WhyStop(new NoSchedulerSpec(), [0.1, 0.9], [[0.9, 0.1]]));

    private static string? WhyStop(double[] values, params double[][] others) => WhyStop(new AshaSpec(), values, others);

    private static string? WhyStop(SchedulerSpec spec, double[] values, double[][] others) =>
        Curves.WhyStop(Scheduler.Create(spec), new Standing(Objectives, At(0, values), [.. others.Select((other, i) => At(i + 1, other))]));

    private static Curve At(int trial, double[] values) => new(trial, () => 27, [new RungValue(3, values)]);
}
