using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Parallel.Async.Server;

/// <summary>
/// Decides what becomes of every push: the parameter server without its parameters. It knows no clock and no thread: who calls says what
/// time it is, and calls one at a time.
/// </summary>
/// <param name="spec">The rules.</param>
/// <param name="version">Updates that are applied.</param>
/// <param name="firstEpoch">
/// Epochs of memberships begin here. A server that goes on where another was interrupted begins beyond all that the other gave out, those
/// included that it gave out after it was saved.
/// </param>
internal sealed class UpdateLedger(AsyncParallelSpec spec, long version = 0, long firstEpoch = 0)
{
    /// <summary>A learner whose gradients are not finite so many times in a row takes part no more.</summary>
    private const int MostNonFinite = 3;

    private readonly SortedDictionary<int, Member> members = [];
    private readonly SortedSet<int> quarantined = [];
    private readonly SortedDictionary<int, IReadOnlyList<int>> remembered = [];
    private EpochWork work = new(0, [], []);
    private long epoch = firstEpoch;

    /// <summary>Updates that are applied.</summary>
    public long Version { get; private set; } = version;

    /// <summary>Changes when and only when the set of learners does.</summary>
    public long Membership { get; private set; }

    public UpdateCounts Counts { get; private set; } = new();

    /// <summary>Who takes part.</summary>
    public IReadOnlyCollection<int> Learners => members.Keys;

    /// <summary>Who may not take part.</summary>
    public IReadOnlyCollection<int> Quarantined => quarantined;

    /// <summary>Batches of the epoch that are not applied.</summary>
    public int BatchesLeft => work.Left;

    /// <summary>When the next lease runs out; null when nobody has one.</summary>
    public TimeSpan? NextDeadline => members.Values.Min(member => member.Lease?.Deadline);

    /// <summary>P, with those that are expected back.</summary>
    private int Count => members.Count + remembered.Count;

    private bool IsSynchronous => spec.Context == StalenessContext.Synchronous;

    /// <summary>Deals out the batches of an epoch of the trial.</summary>
    /// <param name="batches">How many there are.</param>
    /// <param name="done">Those that were applied before.</param>
    /// <exception cref="InvalidOperationException">A learner still has a batch of the epoch before.</exception>
    public void BeginEpoch(int batches, params IReadOnlyCollection<int> done)
    {
        if (members.Values.Any(member => member.Lease is not null))
            throw new InvalidOperationException("An epoch begins when nobody computes for the one before.");
        work = new EpochWork(batches, done, members.Keys);
    }

    /// <summary>Lets a learner take part; one that did already begins anew, and what it had goes to others.</summary>
    /// <returns>Null when it is quarantined.</returns>
    public Welcome? Join(int learner)
    {
        if (quarantined.Contains(learner))
            return null;
        epoch++;
        if (members.TryGetValue(learner, out var known))
        {
            Return(known);
            members[learner] = new Member(epoch, known.Window) { HasGathered = known.HasGathered };
        }
        else
        {
            var isBack = remembered.Remove(learner, out var window);
            members[learner] = new Member(epoch, isBack ? new StalenessWindow(window!) : new StalenessWindow(spec.Window, Count + 1));
            if (!isBack)
                ChangeMembership();
        }

        return new Welcome(epoch, Membership, Count, members[learner].Window.Values);
    }

    /// <summary>Takes a learner out; what it had goes to others.</summary>
    public void Leave(int learner)
    {
        if (!members.Remove(learner, out var member))
            return;
        Return(member);
        ChangeMembership();
    }

    /// <summary>Whether a learner takes part under that epoch.</summary>
    public bool IsMember(int learner, long membershipEpoch) => members.TryGetValue(learner, out var member) && member.Epoch == membershipEpoch;

    /// <summary>Gives a learner a batch to compute.</summary>
    /// <param name="learner">Who asks.</param>
    /// <param name="membershipEpoch">Under which epoch.</param>
    /// <param name="now">The lease begins then.</param>
    /// <returns>Null when there is none for it now, or when it does not take part under this epoch.</returns>
    public Assignment? Take(int learner, long membershipEpoch, TimeSpan now)
    {
        if (!members.TryGetValue(learner, out var member) || member.Epoch != membershipEpoch || member.HasGathered)
            return null;
        // It asks anew: whatever it had, it does not compute any more.
        Return(member);
        if (work.Take(learner) is not { } batch)
            return null;
        var assignment = new Assignment(batch, Version);
        member.Lease = (assignment, now + spec.Lease);
        return assignment;
    }

    /// <summary>
    /// Judges a push. When it is to be applied, it counts as applied from here on; the caller does it before it asks anything else.
    /// </summary>
    public Ack Judge(in Push push)
    {
        if (!members.TryGetValue(push.Learner, out var member) || member.Epoch != push.Epoch)
            return Told(PushOutcome.OldEpoch);
        if (push.Sequence <= member.Last.Sequence)
        {
            Counts = Counts.With(PushOutcome.Repeated, 0);
            return member.Last.Ack with { Outcome = PushOutcome.Repeated, Version = Version };
        }

        var ack = JudgeNew(push, member);
        member.Last = (push.Sequence, ack);
        return ack;
    }

    /// <summary>Ends the membership of those whose lease has run out.</summary>
    /// <returns>Who they are.</returns>
    public IReadOnlyList<int> Expire(TimeSpan now)
    {
        int[] late = [.. members.Where(pair => pair.Value.Lease?.Deadline <= now).Select(pair => pair.Key)];
        foreach (var learner in late)
            Leave(learner);
        return late;
    }

    /// <summary>Whether all that will come to the round that is gathered has come.</summary>
    public bool IsRoundComplete =>
        members.Values.All(member => member.Lease is null) && (work.Waiting == 0 || members.Values.All(member => member.HasGathered));

    /// <summary>Counts what was gathered as one update.</summary>
    public void EndRound()
    {
        Version++;
        foreach (var member in members.Values)
            member.HasGathered = false;
    }

    /// <summary>Everything that another ledger needs to go on from here; what is being computed is computed again.</summary>
    public LedgerState Capture() => new(
        Version, Counts, work.Done, [.. quarantined],
        members.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Window.Values)).Concat(remembered)
            .OrderBy(pair => pair.Key).ToDictionary());

    /// <summary>Goes on where another was: its learners join again, and while all do, nothing has changed for them.</summary>
    /// <param name="state">What the other was.</param>
    public void Restore(LedgerState state)
    {
        members.Clear();
        (Version, Counts) = (state.Version, state.Counts);
        quarantined.Clear();
        quarantined.UnionWith(state.Quarantined);
        remembered.Clear();
        foreach (var (learner, window) in state.Windows.Where(pair => pair.Value.Count == spec.Window && pair.Key < spec.Learners))
            remembered[learner] = window;
        Membership++;
    }

    /// <summary>Takes over updates that were applied without its judgement, as an earlier one had judged them.</summary>
    public void Recall(IReadOnlyList<UpdateRecord> records)
    {
        foreach (var record in records)
        {
            Counts = Counts.With(PushOutcome.Applied, (int)record.Staleness);
            if (remembered.TryGetValue(record.Learner, out var window))
                remembered[record.Learner] = [.. window.Skip(1), (int)record.Staleness];
        }

        Version = records[^1].Version;
    }

    private Ack JudgeNew(in Push push, Member member)
    {
        if (member.Lease?.Work is not { } assigned || assigned != new Assignment(push.Batch, push.BaseVersion))
            return Told(PushOutcome.NotAssigned);
        member.Lease = null;
        var staleness = (int)(Version - push.BaseVersion);
        if (!push.IsFinite)
        {
            work.Return(push.Batch);
            var ack = Told(PushOutcome.NonFinite);
            if (++member.NonFinite < MostNonFinite)
                return ack;
            quarantined.Add(push.Learner);
            Leave(push.Learner);
            return ack;
        }

        member.NonFinite = 0;
        if (staleness > spec.MostStaleness)
        {
            work.Return(push.Batch);
            return Told(PushOutcome.TooStale, staleness);
        }

        work.Finish(push.Batch);
        member.Window.Add(staleness);
        if (!IsSynchronous)
        {
            Version++;
            return Told(PushOutcome.Applied, staleness);
        }

        member.HasGathered = true;
        return Told(PushOutcome.Gathered, staleness);
    }

    private Ack Told(PushOutcome outcome, int staleness = 0)
    {
        Counts = Counts.With(outcome, staleness);
        return new Ack(outcome, Version, staleness, Count, Membership);
    }

    private void Return(Member member)
    {
        if (member.Lease is { } lease)
            work.Return(lease.Work.Batch);
        member.Lease = null;
    }

    private void ChangeMembership()
    {
        Membership++;
        // Who is not back by now comes as a new one.
        remembered.Clear();
        foreach (var member in members.Values)
            member.Window.Reseed(Count);
    }
}
