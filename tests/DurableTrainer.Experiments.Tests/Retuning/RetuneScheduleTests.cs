using DurableTrainer.Experiments.Retuning;

namespace DurableTrainer.Experiments.Tests.Retuning;

public class RetuneScheduleTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("0 0 3 * * *", 24, 9)]
    [InlineData("0 0 3 * * *", 240, 9)]
    [InlineData("0 0 3 * * *", 9, null)]
    [InlineData("0 0 12 * * *", 1, 0)]
    [InlineData("0 0 12 * * *", 0, null)]
    [InlineData("*/5 * * * * *", 24 * 365, 0)]
    [InlineData("0 0 0 1 jan *", 24 * 365, 59 * 24 + 12)]
    [InlineData("0 0 0 30 feb *", 24 * 365 * 30, null)]
    public void Of_all_times_at_which_it_was_due_the_latest_counts(string schedule, int hoursSince, int? hoursAgo) =>
        Assert.Equal(Noon.AddHours(-hoursAgo ?? 1), RetuneSchedule.Parse(schedule).DueAt(Noon.AddHours(-hoursSince), Noon) ?? Noon.AddHours(1));

    [Fact]
    public void What_is_no_schedule_is_refused() =>
        Assert.Contains("\"now and then\" is no schedule", Assert.Throws<FormatException>(() => RetuneSchedule.Parse("now and then")).Message, StringComparison.Ordinal);
}
