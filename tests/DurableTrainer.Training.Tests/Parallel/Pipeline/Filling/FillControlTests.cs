using DurableTrainer.Training.Parallel.Pipeline.Filling;

namespace DurableTrainer.Training.Tests.Parallel.Pipeline.Filling;

/// <summary>What filling may cost, and what becomes of it when it costs more.</summary>
public class FillControlTests
{
    private readonly FillControl control = new(mostSlowdown: 0.02, yields: false), yielding = new(mostSlowdown: 0.02, yields: true);

    [Fact]
    public void The_first_batches_are_not_filled_and_of_the_others_one_in_a_period_is_not()
    {
        var filled = Run(batches: FillControl.Profile + 10 * FillControl.Period, _ => 1);

        Assert.All(filled.Take(FillControl.Profile), Assert.False);
        Assert.Equal(10, filled.Skip(FillControl.Profile).Count(isFilled => !isFilled));
    }

    [Fact]
    public void Filling_that_costs_nothing_goes_on_with_a_shorter_guard()
    {
        var guard = control.Guard;
        Run(batches: 500, isFilled => isFilled ? 1.001 : 1);

        Assert.Null(control.Suspended);
        Assert.True(control.Guard < guard);
        Assert.Equal(0.001, control.Slowdown!.Value, 1e-9);
    }

    [Fact]
    public void Filling_that_costs_too_much_gets_a_wider_guard()
    {
        var guard = control.Guard;
        Run(batches: 300, isFilled => isFilled ? 1.03 : 1);

        Assert.Null(control.Suspended);
        Assert.True(control.Guard > 4 * guard);
    }

    [Fact]
    public void Filling_that_costs_far_too_much_whatever_the_guard_is_suspended_and_says_why()
    {
        var filled = Run(batches: 1000, isFilled => isFilled ? 1.2 : 1);

        Assert.Matches(@"^steps took 20% longer in 9 periods in a row, with gaps left \d+(\.\d+)? ms early$", control.Suspended);
        Assert.All(filled.TakeLast(100), Assert.False);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Filling_that_costs_too_much_whatever_the_guard_is_done_in_fewer_batches_so_that_all_together_cost_no_more_than_they_may(bool yields)
    {
        var filled = Run(yields ? yielding : control, batches: 1200, isFilled => isFilled ? 1.04 : 1).TakeLast(200).ToList();

        Assert.Null((yields ? yielding : control).Suspended);
        Assert.InRange(0.04 * filled.Count(isFilled => isFilled) / filled.Count, 0.015, 0.02);
    }

    [Fact]
    public void As_many_as_before_are_filled_when_it_costs_less_again()
    {
        Run(yielding, batches: 600, isFilled => isFilled ? 1.04 : 1);
        var filled = Run(yielding, batches: 600, _ => 1).TakeLast(FillControl.Period);

        Assert.Equal(FillControl.Period - 1, filled.Count(isFilled => isFilled));
    }

    [Fact]
    public void Filling_by_one_who_yields_that_costs_far_too_much_is_suspended_and_no_gap_was_left_early()
    {
        Run(yielding, batches: 1000, isFilled => isFilled ? 1.2 : 1);

        Assert.Equal("steps took 20% longer in 9 periods in a row", yielding.Suspended);
    }

    [Fact]
    public void Who_comes_next_is_not_suspended_for_another()
    {
        Run(batches: 1000, isFilled => isFilled ? 1.2 : 1);
        control.Begin();
        var filled = Run(batches: 200, _ => 1);

        Assert.Null(control.Suspended);
        Assert.Contains(true, filled);
    }

    [Fact]
    public void A_machine_that_has_become_slower_is_not_taken_for_the_cost_of_filling()
    {
        Run(batches: 300, _ => 1);
        Run(batches: 500, _ => 1.5);

        Assert.Null(control.Suspended);
        Assert.InRange(control.Slowdown!.Value, -0.01, 0.01);
    }

    [Fact]
    public void Noise_of_the_machine_is_not_taken_for_the_cost_of_filling()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var filled = Run(yielding, batches: 5000, _ => 1 + 0.15 * random.NextDouble());

        Assert.True(yielding.Suspended is null, $"seed {seed}: {yielding.Suspended}");
        Assert.True(filled.Count(isFilled => isFilled) > 0.9 * filled.Count, $"seed {seed}: {filled.Count(isFilled => isFilled)} were filled");
    }

    private List<bool> Run(int batches, Func<bool, double> seconds) => Run(control, batches, seconds);

    /// <param name="control">Which.</param>
    /// <param name="batches">How many.</param>
    /// <param name="seconds">Of one, by whether it was filled.</param>
    /// <returns>Which of them were filled.</returns>
    private static List<bool> Run(FillControl control, int batches, Func<bool, double> seconds)
    {
        var filled = new List<bool>();
        for (var batch = 0; batch < batches; batch++)
        {
            filled.Add(control.OpensNext());
            control.Observe(seconds(filled[^1]), filled[^1]);
        }

        return filled;
    }
}
