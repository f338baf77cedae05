using NCrontab;

namespace DurableTrainer.Experiments.Retuning;

/// <summary>When an experiment is due again, by an NCrontab expression of six fields. All times are UTC.</summary>
public sealed class RetuneSchedule
{
    /// <summary>How far is looked back, one after the other, so that few occurrences of a dense schedule are counted through.</summary>
    private static readonly TimeSpan[] Windows =
        [TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), TimeSpan.FromDays(1), TimeSpan.FromDays(32), TimeSpan.FromDays(366), TimeSpan.FromDays(3653)];

    private readonly CrontabSchedule schedule;

    private RetuneSchedule(CrontabSchedule schedule) => this.schedule = schedule;

    /// <exception cref="FormatException">It is none.</exception>
    public static RetuneSchedule Parse(string expression)
    {
        try
        {
            return new RetuneSchedule(CrontabSchedule.Parse(expression, new CrontabSchedule.ParseOptions { IncludingSeconds = true }));
        }
        catch (CrontabException exception)
        {
            throw new FormatException($"\"{expression}\" is no schedule: {exception.Message}", exception);
        }
    }

    /// <param name="since">When it ran last: what was due until then is done.</param>
    /// <param name="now">The time.</param>
    /// <returns>The latest time at which it was due, however many there were; null when there was none.</returns>
    public DateTimeOffset? DueAt(DateTimeOffset since, DateTimeOffset now)
    {
        foreach (var window in Windows)
        {
            var start = since > now - window ? since : now - window;
            // The end does not count, the present does.
            var due = schedule.GetNextOccurrences(start.UtcDateTime, now.UtcDateTime.AddTicks(1)).Cast<DateTime?>().LastOrDefault();
            if (due is { } time)
                return new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc));
            if (start == since)
                return null;
        }

        return null;
    }
}
