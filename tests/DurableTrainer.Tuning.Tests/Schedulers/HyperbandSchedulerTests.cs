using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Schedulers;

namespace DurableTrainer.Tuning.Tests.Schedulers;

public class HyperbandSchedulerTests
{
    private static readonly HyperbandSpec Spec = new();

    [Theory]
    [InlineData(1, 3, 27, new[] { 1, 3, 9, 27 })]
    [InlineData(1, 3, 20, new[] { 1, 3, 9 })]
    [InlineData(2, 4, 7, new[] { 2 })]
    [InlineData(2, 2, 16, new[] { 2, 4, 8, 16 })]
    [InlineData(1, 2, 1, new[] { 1 })]
    public void Each_bracket_begins_so_many_times_later_as_long_as_a_trial_lasts(int minEpochs, int reduction, int epochs, int[] first) =>
        Assert.Equal(first, Tuner.Brackets(new HyperbandSpec { MinEpochs = minEpochs, Reduction = reduction }, epochs, 1).Select(bracket => bracket.Rungs[0]));

    [Fact]
    public void A_bracket_has_the_rungs_from_its_first_one_on_and_the_end() =>
        Assert.Equal(["1,3,9,20", "3,9,20", "9,20"], Tuner.Brackets(Spec, 20, 1).Select(bracket => string.Join(',', bracket.Rungs)));

    /// <summary>The first row is that of table 1 in Li et al. 2018.</summary>
    [Theory]
    [InlineData(3, 81, new[] { 81, 34, 15, 8, 5 })]
    [InlineData(4, 16, new[] { 16, 6, 3 })]
    [InlineData(2, 1, new[] { 1 })]
    public void Brackets_get_the_trials_of_a_round_of_hyperband(int reduction, int epochs, int[] sizes)
    {
        var brackets = Tuner.Brackets(new HyperbandSpec { Reduction = reduction }, epochs, 1000 * sizes.Sum());

        Assert.All(brackets.Zip(sizes), pair => Assert.InRange(pair.First.Trials, 1000 * pair.Second - 5, 1000 * pair.Second + 5));
    }

    [Fact]
    public void The_shares_hold_from_the_first_trials_on()
    {
        double[] sizes = [27, 12, 6, 4];

        for (var trials = 1; trials <= 300; trials++)
        {
            Assert.All(Tuner.Brackets(Spec, 27, trials).Zip(sizes), pair =>
                Assert.InRange(pair.First.Trials - trials * pair.Second / sizes.Sum(), -2, 2));
        }
    }

    [Fact]
    public void As_many_brackets_as_numbers_allow_are_no_trouble()
    {
        var scheduler = Scheduler.Create(new HyperbandSpec { Reduction = 2 });

        Assert.Equal(31, scheduler.Brackets(int.MaxValue));
        Assert.All(Enumerable.Range(0, 10_000).Append(int.MaxValue), trial => Assert.InRange(scheduler.BracketOf(trial, int.MaxValue), 0, 30));
        Assert.Equal(int.MaxValue, scheduler.NextRung(30, 1 << 30, int.MaxValue));
    }

    [Fact]
    public void Without_a_last_epoch_each_bracket_has_about_a_third_of_the_trials_of_the_one_before()
    {
        var scheduler = Scheduler.Create(Spec);
        var sizes = Enumerable.Range(0, 1000).CountBy(trial => scheduler.BracketOf(trial, int.MaxValue)).OrderBy(pair => pair.Key).Take(4).Select(pair => pair.Value).ToList();

        Assert.All(sizes.Zip(sizes.Skip(1)), pair => Assert.InRange((double)pair.First / pair.Second, 2.6, 3.2));
    }

    [Fact]
    public void A_trial_is_compared_with_its_own_bracket_alone_and_the_sentence_names_it()
    {
        int[] second = [.. Enumerable.Range(0, 100).Where(trial => Scheduler.Create(Spec).BracketOf(trial, 27) == 1)];
        Curve[] others = [.. Enumerable.Range(0, 100).Except(second).Select(trial => Curves.Of(trial, (3, 0.9)))];
        var own = Curves.Of(second[0], (3, 0.5));

        Assert.Null(Curves.WhyStop(Spec, Curves.Accuracy, own, others));
        Assert.Equal(
            "stopped at epoch 3 in bracket 2: 0.5 is below the best third of 3, 0.7",
            Curves.WhyStop(Spec, Curves.Accuracy, own, [.. others, Curves.Of(second[1], (3, 0.4)), Curves.Of(second[2], (3, 0.7))]));
        Assert.Equal(
            "stopped at epoch 5, past the rung at 3 in bracket 2: 0.5 is above the best third of 2, 0.4",
            Curves.WhyStop(Spec, Curves.Loss, Curves.Of(second[0], (5, 0.5)), [.. others, Curves.Of(second[1], (4, 0.4))]));
    }

    [Fact]
    public void A_bracket_decides_nothing_before_its_first_rung()
    {
        var last = Enumerable.Range(0, 100).Where(trial => Scheduler.Create(Spec).BracketOf(trial, 27) == 2).Take(2).ToList();

        Assert.Null(Curves.WhyStop(Spec, Curves.Accuracy, Curves.Of(last[0], (3, 0.1)), Curves.Of(last[1], (3, 0.9))));
    }

    [Fact]
    public void Trials_of_other_lengths_are_in_the_same_bracket_when_their_first_rung_is_the_same()
    {
        var scheduler = Scheduler.Create(Spec);
        var numbers = Enumerable.Range(0, 200).ToList();
        var own = numbers.First(trial => scheduler.BracketOf(trial, 27) == 1);
        // The shares of 3 and of 4 brackets differ a little, so that some trials change theirs with their epochs.
        var other = numbers.First(trial => scheduler.BracketOf(trial, 27) == 0 && scheduler.BracketOf(trial, 9) == 1);

        Assert.Null(Curves.WhyStop(Spec, Curves.Accuracy, Curves.Of(own, (3, 0.1)), Curves.Of(other, (3, 0.9))));
        Assert.NotNull(Curves.WhyStop(Spec, Curves.Accuracy, Curves.Of(own, (3, 0.1)), Curves.Of(other, (3, 0.9)) with { MaxEpochs = () => 9 }));
    }

    [Fact]
    public void Several_objectives_are_compared_within_the_bracket_too()
    {
        int[] first = [.. Enumerable.Range(0, 100).Where(trial => Scheduler.Create(Spec).BracketOf(trial, 27) == 0)];
        Curve Two(int trial, params double[] values) => new(trial, () => 27, [new RungValue(1, values)]);
        var standing = new Standing([Curves.Accuracy, Curves.Loss], Two(first[0], 0.5, 0.5), [Two(first[1], 0.9, 0.1), Two(first[2], 0.4, 0.6)]);

        Assert.Equal(
            "stopped at epoch 1 in bracket 1: place 2 of 3 by validation.accuracy and validation.loss together; 1 other trial is better in one of them and worse in none",
            Curves.WhyStop(Scheduler.Create(Spec), standing));
    }

    [Fact]
    public void A_slow_starter_that_asha_would_stop_wins_in_a_later_bracket()
    {
        // Every seventh trial is poor for two epochs and then better than all others.
        static double Value(int trial, int epoch) => trial % 7 == 6
            ? epoch < 3 ? 0.1 : 0.95 - 0.1 / epoch
            : 0.8 - 0.3 / epoch - 0.01 * (trial * 31 % 17);

        var asha = Curves.Run(new AshaSpec(), Curves.Accuracy, 100, Value);
        var hyperband = Curves.Run(Spec, Curves.Accuracy, 100, Value);

        Assert.DoesNotContain(asha.Index().Where(pair => pair.Index % 7 == 6), pair => pair.Item.Epochs > 1);
        var saved = hyperband.Index().Where(pair => pair.Index % 7 == 6 && pair.Item.Epochs == 27).ToList();
        Assert.NotEmpty(saved);
        Assert.All(saved, pair => Assert.True(pair.Item.First >= 3));
        Assert.True(hyperband.Sum(ending => ending.Epochs) < 100 * 27 / 3);
    }

    [Fact]
    public void The_last_bracket_trains_to_the_end_without_a_comparison()
    {
        var endings = Curves.Run(Spec, Curves.Accuracy, 100, (trial, epoch) => 1.0 / (trial + 2));

        Assert.Contains(endings, ending => ending.First == 27);
        Assert.All(endings.Where(ending => ending.First == 27), ending => Assert.Equal(Verdict.Complete, ending.Last.Verdict));
        Assert.Contains(endings, ending => ending.Epochs == 1 && ending.Last.Verdict == Verdict.Stop);
    }
}
