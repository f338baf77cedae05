using DurableTrainer.Training.Parallel.Data.Planning;

namespace DurableTrainer.Training.Tests.Parallel.Data.Planning;

public class CoordinatorTests
{
    private const long ManySteps = 1_000_000;

    private readonly Coordinator coordinator = new(["unit-0", "unit-1"], [new(0, 1e-3), new(0, 1e-3)], batch: 60);

    [Fact]
    public void As_long_as_units_take_what_was_expected_nothing_changes()
    {
        Assert.All(Reasons(steps: 200, 1, 1), Assert.Null);
        Assert.Equal([30, 30], coordinator.Shards);
    }

    [Fact]
    public void A_unit_that_changes_by_less_than_a_tenth_of_a_step_is_not_worth_a_change()
    {
        Assert.All(Reasons(steps: 20, 1, 1), Assert.Null);

        // 30 and 30 at 1 and 1.2 take 36 ms, and 33 and 27 would take 33.
        Assert.All(Reasons(steps: 200, 1, 1.2), Assert.Null);
    }

    [Fact]
    public void What_the_probe_missed_by_less_than_a_tenth_is_corrected_once_by_the_first_steps()
    {
        var reason = Assert.Single(Reasons(steps: 200, 1, 1.2).OfType<string>());

        Assert.Equal([33, 27], coordinator.Shards);
        Assert.Contains("unit-1 takes 1.2 times as long as its probe said,", reason, StringComparison.Ordinal);
        Assert.All(Reasons(steps: 200, 1.1, 1.2), Assert.Null);
    }

    [Fact]
    public void What_the_probe_missed_by_next_to_nothing_stays()
    {
        Assert.All(Reasons(steps: 200, 1, 1.03), Assert.Null);
    }

    [Fact]
    public void A_plan_that_follows_a_change_is_corrected_once_too()
    {
        Assert.All(Reasons(20, 1, 1), Assert.Null);
        Assert.Single(Reasons(25, 1, 3), reason => reason is not null);

        Assert.Single(Reasons(200, 1, 3.4), reason => reason is not null);
        Assert.Equal([47, 13], coordinator.Shards);
    }

    [Fact]
    public void A_slower_unit_is_seen_by_the_median_of_its_last_steps_in_three_checks()
    {
        var reasons = Reasons(steps: 60, 1, 3).ToList();

        // Twenty steps until a median is had, and two checks more.
        var first = reasons.FindIndex(reason => reason is not null);
        Assert.Equal(Coordinator.Window + (Coordinator.Checks - 1) * Coordinator.CheckEvery - 1, first);
        Assert.Equal([45, 15], coordinator.Shards);
        Assert.Single(reasons, reason => reason is not null);
    }

    [Fact]
    public void The_new_plan_follows_the_new_speed_and_not_a_mixture_with_the_old_one()
    {
        Assert.All(Reasons(23, 1, 1), Assert.Null);
        Assert.Single(Reasons(40, 1, 3), reason => reason is not null);
        Assert.Equal([45, 15], coordinator.Shards);
    }

    [Fact]
    public void A_probe_that_was_wrong_is_not_told_as_a_change_of_the_unit()
    {
        var reason = Assert.Single(Reasons(40, 0.5, 1).OfType<string>());

        Assert.Contains("unit-0 takes 0.5 times as long as its probe said,", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_is_told_by_what_the_first_steps_took_and_not_by_the_probe()
    {
        // Both are a seventh off, which is nothing to share otherwise for.
        Assert.All(Reasons(25, 1.14, 1.14), Assert.Null);

        var reason = Assert.Single(Reasons(40, 3.42, 1.14).OfType<string>());

        Assert.Contains("unit-0 takes 3.0 times as long as was expected of it,", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void One_bad_stretch_shorter_than_half_the_window_is_let_pass()
    {
        Assert.All(Reasons(20, 1, 1).Concat(Reasons(9, 1, 10)).Concat(Reasons(100, 1, 1)), Assert.Null);
    }

    [Fact]
    public void A_change_that_the_steps_left_cannot_pay_for_is_not_made()
    {
        Assert.All(Enumerable.Range(0, 100).Select(_ => coordinator.Observe(coordinator.Shards, [0.030, 0.090], stepsLeft: 1)), Assert.Null);
    }

    [Fact]
    public void Steps_that_are_shared_in_another_way_do_not_count()
    {
        Assert.All(Enumerable.Range(0, 100).Select(_ => coordinator.Observe([5, 5], [0.005, 0.5], ManySteps)), Assert.Null);
    }

    [Fact]
    public void A_unit_that_got_slow_and_recovers_gets_its_samples_back()
    {
        Assert.Contains(Reasons(60, 1, 3), reason => reason is not null);
        Assert.Contains(Reasons(60, 1, 1), reason => reason is not null);
        Assert.Equal([30, 30], coordinator.Shards);
    }

    private IEnumerable<string?> Reasons(int steps, params double[] slowness)
    {
        for (var step = 0; step < steps; step++)
            yield return coordinator.Observe(coordinator.Shards, [.. coordinator.Shards.Select((count, unit) => 1e-3 * slowness[unit] * count)], ManySteps);
    }
}
