namespace DurableTrainer.Training.Parallel.Data.Units;

/// <summary>
/// How long a unit works in a step, and when it is where: its waiting for others is not its work. A unit that is throttled rests after its
/// work as long as its duty cycle says, and that counts as work of a slower unit would.
/// </summary>
/// <param name="time">Asked on the unit's thread.</param>
/// <param name="rest">Rests for that long.</param>
internal sealed class UnitClock(TimeProvider time, Action<TimeSpan> rest)
{
    /// <summary>Systems do not rest for less, so that shorter rests are put together.</summary>
    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(1);

    private long since;
    private TimeSpan moment;
    private TimeSpan owed;
    private double dutyCycle = 1;

    /// <summary>The share of the time in which it works, in (0, 1].</summary>
    public double DutyCycle
    {
        get => Volatile.Read(ref dutyCycle);
        set => Volatile.Write(ref dutyCycle, value);
    }

    /// <summary>Time in which it worked in this step, with the rests that go with it.</summary>
    public TimeSpan Worked { get; private set; }

    /// <summary>Begins a step.</summary>
    public void Begin()
    {
        (Worked, moment) = (TimeSpan.Zero, TimeSpan.Zero);
        since = time.GetTimestamp();
    }

    /// <summary>Stops working until <see cref="GoOn"/>, or until the next step.</summary>
    /// <returns>When that is, since the step began: what the neighbours on this machine do while others are awaited is not in it.</returns>
    public TimeSpan Stop()
    {
        var worked = time.GetElapsedTime(since);
        var resting = worked * (1 / DutyCycle - 1);
        Worked += worked + resting;
        moment += worked + resting;
        owed += resting;
        if (owed >= ShortestRest)
        {
            rest(owed);
            owed = TimeSpan.Zero;
        }

        since = time.GetTimestamp();
        return moment;
    }

    /// <param name="latest">When the last of those came that it waited for.</param>
    public void GoOn(TimeSpan latest)
    {
        moment = latest;
        since = time.GetTimestamp();
    }
}
