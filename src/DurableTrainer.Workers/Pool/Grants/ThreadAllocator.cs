using DurableTrainer.Core.Trials;

namespace DurableTrainer.Workers.Pool.Grants;

/// <summary>
/// Knows who computes with how many threads, and who gets those that are free. Threads are given when work starts and while it runs, and
/// taken back only when it ends.
/// </summary>
/// <remarks>
/// A seat that was left keeps its threads for a moment: mostly the next slice takes it at once, and then nobody else had to change.
/// </remarks>
internal sealed class ThreadAllocator : IDisposable
{
    /// <summary>How long a seat that was left waits for the next slice.</summary>
    public static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);

    private readonly Lock gate = new();
    private readonly List<Seat> seats = [];
    // These take threads from nobody.
    private readonly List<Seat> inGaps = [];
    private readonly TimeProvider time;
    private readonly ITimer settling;
    private bool isSettling;

    /// <param name="units">Threads of the machine.</param>
    /// <param name="evenShare">Threads of work that promises nothing.</param>
    /// <param name="time">Measures how long a seat was left.</param>
    public ThreadAllocator(int units, int evenShare, TimeProvider time)
    {
        (Units, EvenShare, this.time) = (units, evenShare, time);
        settling = time.CreateTimer(_ => Settle(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Units { get; }

    public int EvenShare { get; }

    /// <summary>The seats that are taken.</summary>
    public IReadOnlyList<Seat> Taken
    {
        get
        {
            lock (gate)
                return [.. seats.Where(seat => seat.LeftAt is null), .. inGaps];
        }
    }

    /// <summary>Takes a seat, best the one that the same trial left, and gives it its threads.</summary>
    public Seat Take(SeatedWork work)
    {
        lock (gate)
        {
            var left = seats.Where(seat => seat.LeftAt is not null).ToList();
            if ((left.Find(seat => IsSameTrial(seat.Work, work)) ?? left.FirstOrDefault()) is { } taken)
                seats.Remove(taken);
            if (work.Fills && seats.Find(other => other.Work.Fills && other.Work.Experiment == work.Experiment) is { } filled)
            {
                var between = new Seat(work) { IsInGaps = true };
                inGaps.Add(between);
                between.Give(new ThreadShare(1, $"the gaps of trial {filled.Work.Trial}'s units"));
                return between;
            }

            var seat = new Seat(work);
            seats.Add(seat);
            Give(seat, seats.Count - 1, Due());
            SettleLater();
            return seat;
        }
    }

    /// <summary>Ends the work of a seat.</summary>
    public void Leave(Seat seat)
    {
        lock (gate)
        {
            seat.Close();
            if (inGaps.Remove(seat))
                return;
            seat.LeftAt = time.GetTimestamp();
            SettleLater();
        }
    }

    public void Dispose() => settling.Dispose();

    private static bool IsSameTrial(SeatedWork one, SeatedWork other) => one.Trial == other.Trial && one.Experiment == other.Experiment;

    private void SettleLater()
    {
        if (isSettling)
            return;
        isSettling = true;
        settling.Change(Moment, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Gives what nobody came for to those who run.</summary>
    private void Settle()
    {
        lock (gate)
        {
            isSettling = false;
            seats.RemoveAll(seat => seat.LeftAt is { } leftAt && time.GetElapsedTime(leftAt) >= Moment);
            var due = Due();
            foreach (var index in Order().Where(index => seats[index].LeftAt is null))
                Give(seats[index], index, due);
            if (seats.Exists(seat => seat.LeftAt is not null))
                SettleLater();
        }
    }

    /// <summary>Gives a seat what is due to it, as far as others have left that.</summary>
    private void Give(Seat seat, int index, int[] due)
    {
        var threads = Math.Min(due[index], Math.Max(1, Units - seats.Sum(other => other == seat ? 0 : other.Threads)));
        if (threads <= seat.Threads)
            return;
        var rank = Array.IndexOf(ThreadAllocation.Ranked(Promises()), index);
        seat.Give(new ThreadShare(threads, ThreadReasons.Of(threads, due[index], Units, seat.Work, rank, seats.Count)));
    }

    private int[] Due() => ThreadAllocation.Of(Units, EvenShare, Promises());

    /// <summary>Those with an even share before those who get what is free beside it, of which the most promising comes first.</summary>
    private IEnumerable<int> Order()
    {
        var ranked = ThreadAllocation.Ranked(Promises());
        return Enumerable.Range(0, seats.Count).Except(ranked).Concat(ranked);
    }

    private List<Promise?> Promises() => seats.ConvertAll(seat => seat.Work.Promise);
}
