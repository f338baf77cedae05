using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Trials;
using DurableTrainer.Tuning.Costs;

namespace DurableTrainer.Tuning.Tests.Costs;

public class UsageForecastTests
{
    private static readonly SearchSpace Space = new(Costly.Space, []);
    private static readonly PlannedTrials Plan = new() { Trials = 40, Lanes = 2, Epochs = 10 };

    [Fact]
    public void A_repeated_experiment_is_expected_to_use_what_it_used()
    {
        var earlier = Trials(40);

        var expected = UsageForecast.Of(Space, Plan, earlier)!;

        // As many trials of as many epochs.
        var used = TimeSpan.FromSeconds(earlier.Sum(trial => trial.Used.CpuTime.TotalSeconds));
        Assert.InRange(expected.CpuTime!.Expected / used, 0.9, 1.1);
        Assert.InRange(expected.CpuTime.Upper / used, 1, 1.5);
        Assert.InRange(expected.WallClock!.Expected / used, 0.45, 0.55);
        var peak = earlier.Max(trial => trial.Used.PeakMemoryBytes);
        Assert.InRange((double)expected.PeakMemory!.ExpectedBytes / peak, 0.75, 1.15);
        Assert.True(expected.PeakMemory.UpperBytes > expected.PeakMemory.ExpectedBytes);
        Assert.Equal(40, expected.Trials);
        Assert.Equal(expected, UsageForecast.Of(Space, Plan, earlier));
    }

    [Fact]
    public void More_trials_and_epochs_take_more_time_and_about_the_same_memory()
    {
        var expected = UsageForecast.Of(Space, Plan, Trials(40))!;
        var more = UsageForecast.Of(Space, Plan with { Trials = 400, Epochs = 20, EpochShare = 1 }, Trials(40))!;

        // Half of the epochs were trained before.
        Assert.InRange(more.CpuTime!.Expected / expected.CpuTime!.Expected, 35, 45);
        Assert.InRange((double)more.PeakMemory!.ExpectedBytes / expected.PeakMemory!.ExpectedBytes, 1, 1.3);
    }

    [Fact]
    public void Bounds_hold_for_what_is_drawn_anew()
    {
        var held = Enumerable.Range(0, 40).Count(seed =>
            UsageForecast.Of(Space, Plan, Trials(40, seed))!.CpuTime!.Upper.TotalSeconds >= Trials(40, seed + 1000).Sum(trial => trial.Used.CpuTime.TotalSeconds));

        Assert.InRange(held, 32, 40);
    }

    [Fact]
    public void Too_few_trials_another_space_and_what_nobody_measured_say_nothing()
    {
        Assert.Null(UsageForecast.Of(Space, Plan, Trials(UsageModel.Fewest - 1)));
        Assert.Null(UsageForecast.Of(new SearchSpace(Spaces.Tree, []), Plan, Trials(40)));
        Assert.Null(UsageForecast.Of(Space, Plan, [.. Trials(40).Select(trial => trial with { Used = Usage.None })]));
        var onlyMemory = UsageForecast.Of(Space, Plan, [.. Trials(40).Select(trial => trial with { Used = Usage.None with { PeakMemoryBytes = 7 } })])!;
        Assert.Null(onlyMemory.CpuTime);
        Assert.NotNull(onlyMemory.PeakMemory);
    }

    /// <summary>Of ten epochs, half were trained.</summary>
    private static List<EarlierTrialUsage> Trials(int count, long seed = 0)
    {
        var random = new KeyedRandom(seed, "forecast");
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var point = Costly.Draw(random);
            var time = TimeSpan.FromSeconds(5 * point["width"].Number / 64 * Math.Exp(0.05 * random.NextGaussian()));
            return new EarlierTrialUsage(point, new Usage(time, time, (long)Costly.Memory(point), 5), false, 0.5);
        })];
    }
}
