namespace DurableTrainer.Training.Parallel.Data.Units;

/// <summary>Where the units that share a batch wait for each other, as often as the model has something to measure over all of it.</summary>
internal sealed class Meeting
{
    private readonly object gate = new();
    private double[][] brought = [];
    private double[][] complete = [];
    private TimeSpan latest, latestOfAll;
    private int missing;
    private long round;
    private bool isBroken;

    /// <summary>Opens it for a step. Nobody of the step before is in it any more.</summary>
    public void Open(int units)
    {
        lock (gate)
        {
            (brought, missing, latest, isBroken) = (new double[units][], units, TimeSpan.Zero, false);
        }
    }

    /// <param name="place">Of who brings it.</param>
    /// <param name="own">As many numbers as the others bring.</param>
    /// <param name="moment">When it comes, since the step began.</param>
    /// <returns>What all brought, by place, and when the last of them came.</returns>
    /// <exception cref="MeetingBrokenException">One of them does not come.</exception>
    public (double[][] Parts, TimeSpan Latest) Bring(int place, ReadOnlySpan<double> own, TimeSpan moment)
    {
        lock (gate)
        {
            if (isBroken)
                throw new MeetingBrokenException();
            brought[place] = own.ToArray();
            latest = moment > latest ? moment : latest;
            if (--missing > 0)
                Await(round);
            else
                Complete();
            // Nobody can complete another round before this one has left.
            return (complete, latestOfAll);
        }
    }

    /// <summary>Lets nobody wait for a unit that does not come.</summary>
    public void Break()
    {
        lock (gate)
        {
            isBroken = true;
            Monitor.PulseAll(gate);
        }
    }

    private void Complete()
    {
        (complete, latestOfAll) = (brought, latest);
        (brought, missing, latest) = (new double[complete.Length][], complete.Length, TimeSpan.Zero);
        round++;
        Monitor.PulseAll(gate);
    }

    private void Await(long awaited)
    {
        while (round == awaited)
        {
            if (isBroken)
                throw new MeetingBrokenException();
            Monitor.Wait(gate);
        }
    }
}
