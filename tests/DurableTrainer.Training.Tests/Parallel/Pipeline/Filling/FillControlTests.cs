using DurableTrainer.Training.Parallel.Pipeline.Filling;

namespace DurableTrainer.Training.Tests.Parallel.Pipeline.Filling;

/// <summary>What filling may cost, and what becomes of it when it costs more.</summary>
public class FillControlTests
{
    private readonly FillControl control = new(mostSlowdown: 0.02);

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
        Run(batches: 5000, _ => 1 + 0.15 * random.NextDouble());

        Assert.True(control.Suspended is null, $"seed {seed}: {control.Suspended}");
    }

    /// <param name="batches">How many.</param>
    /// <param name="seconds">Of one, by whether it was filled.</param>
    /// <returns>Which of them were filled.</returns>
    private List<bool> Run(int batches, Func<bool, double> seconds)
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
