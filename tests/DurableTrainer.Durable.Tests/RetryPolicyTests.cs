namespace DurableTrainer.Durable.Tests;

public class RetryPolicyTests
{
    private static readonly Failure Timeout = Failure.From(new TimeoutException("too late"));

    [Fact]
    public void Delays_grow_by_the_backoff_up_to_the_cap_and_end_with_the_last_attempt()
    {
        var policy = new RetryPolicy(5, TimeSpan.FromSeconds(1), Backoff: 3, MaxDelay: TimeSpan.FromSeconds(10));

        Assert.Equal([1, 3, 9, 10, null], Enumerable.Range(1, 5).Select(attempt => policy.DelayAfter(attempt, Timeout)?.TotalSeconds));
    }

    [Fact]
    public void A_single_attempt_is_not_tried_again() =>
        Assert.Null(new RetryPolicy(1, TimeSpan.FromSeconds(1)).DelayAfter(1, Timeout));

    [Fact]
    public void Only_failures_that_it_handles_are_tried_again()
    {
        var policy = new RetryPolicy(3, TimeSpan.FromSeconds(1), Handles: failure => failure.Is<TimeoutException>());

        Assert.NotNull(policy.DelayAfter(1, Timeout));
        Assert.Null(policy.DelayAfter(1, Failure.From(new InvalidOperationException("no"))));
    }

    [Fact]
    public void Without_a_cap_no_delay_is_longer_than_a_day_however_many_attempts_there_were() =>
        Assert.Equal(TimeSpan.FromDays(1), new RetryPolicy(int.MaxValue, TimeSpan.FromSeconds(1)).DelayAfter(5000, Timeout));

    [Fact]
    public void Without_a_first_delay_there_is_none_later() =>
        Assert.All([1, 2, 5000], attempt => Assert.Equal(TimeSpan.Zero, new RetryPolicy(int.MaxValue, TimeSpan.Zero).DelayAfter(attempt, Timeout)));
}
