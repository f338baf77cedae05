using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Async;
using DurableTrainer.Training.Parallel.Async.Server;

namespace DurableTrainer.Training.Tests.Parallel.Async;

/// <summary>What the server makes of every push that can arrive.</summary>
public class UpdateLedgerTests
{
    private static readonly AsyncParallelSpec Rules = new() { Learners = 2, Window = 4, MostStaleness = 2, Lease = TimeSpan.FromSeconds(10) };

    private readonly UpdateLedger ledger = new(Rules);

    [Fact]
    public void A_push_is_applied_once_and_acknowledged_as_often_as_it_comes()
    {
        var epoch = Begin(batches: 3).Epoch;
        var push = PushOf(0, epoch, sequence: 1, ledger.Take(0, epoch, default)!.Value);

        var first = ledger.Judge(push);
        var second = ledger.Judge(push);

        Assert.Equal((PushOutcome.Applied, 1L, 0), (first.Outcome, first.Version, first.Staleness));
        Assert.Equal((PushOutcome.Repeated, 1L, 0), (second.Outcome, second.Version, second.Staleness));
        Assert.Equal((1L, 1L, 2), (ledger.Counts.Applied, ledger.Counts.Repeated, ledger.BatchesLeft));
    }

    [Fact]
    public void Staleness_is_what_was_applied_between_taking_and_bringing()
    {
        var (one, other) = (Begin(batches: 4).Epoch, ledger.Join(1)!.Epoch);
        var slow = ledger.Take(1, other, default)!.Value;
        for (var sequence = 1; sequence <= 2; sequence++)
            ledger.Judge(PushOf(0, one, sequence, ledger.Take(0, one, default)!.Value));

        var ack = ledger.Judge(PushOf(1, other, 1, slow));

        Assert.Equal((PushOutcome.Applied, 2), (ack.Outcome, ack.Staleness));
    }

    [Fact]
    public void An_update_that_is_too_stale_is_dropped_and_its_batch_is_the_next_that_anyone_takes()
    {
        var (one, other) = (Begin(batches: 5).Epoch, ledger.Join(1)!.Epoch);
        var slow = ledger.Take(1, other, default)!.Value;
        for (var sequence = 1; sequence <= 3; sequence++)
            ledger.Judge(PushOf(0, one, sequence, ledger.Take(0, one, default)!.Value));

        var ack = ledger.Judge(PushOf(1, other, 1, slow));

        Assert.Equal((PushOutcome.TooStale, 3, 3L), (ack.Outcome, ack.Staleness, ack.Version));
        Assert.Equal((1L, 2), (ledger.Counts.Dropped, ledger.BatchesLeft));
        Assert.Equal(slow.Batch, ledger.Take(0, one, default)!.Value.Batch);
    }

    [Fact]
    public void A_learner_that_stops_sending_loses_its_lease_and_its_batch_goes_to_others()
    {
        var (one, other) = (Begin(batches: 2).Epoch, ledger.Join(1)!.Epoch);
        var lost = ledger.Take(1, other, TimeSpan.FromSeconds(1))!.Value;
        Assert.Equal(TimeSpan.FromSeconds(11), ledger.NextDeadline);

        Assert.Empty(ledger.Expire(TimeSpan.FromSeconds(10.9)));
        Assert.Equal([1], ledger.Expire(TimeSpan.FromSeconds(11)));

        Assert.Equal([0], ledger.Learners);
        Assert.Equal(PushOutcome.OldEpoch, ledger.Judge(PushOf(1, other, 1, lost)).Outcome);
        Assert.Equal(lost.Batch, ledger.Take(0, one, default)!.Value.Batch);
    }

    [Fact]
    public void What_a_learner_left_behind_when_it_began_anew_is_refused()
    {
        var before = Begin(batches: 2).Epoch;
        var left = ledger.Take(0, before, default)!.Value;

        var after = ledger.Join(0)!.Epoch;

        Assert.True(after > before);
        Assert.Equal(PushOutcome.OldEpoch, ledger.Judge(PushOf(0, before, 1, left)).Outcome);
        Assert.Null(ledger.Take(0, before, default));
        Assert.Equal(left.Batch, ledger.Take(0, after, default)!.Value.Batch);
        Assert.Equal(1, ledger.Counts.Refused);
    }

    [Fact]
    public void What_a_learner_of_an_interrupted_server_brings_is_refused_by_the_one_that_goes_on()
    {
        var epoch = Begin(batches: 2).Epoch;
        var work = ledger.Take(0, epoch, default)!.Value;
        var next = new UpdateLedger(Rules, firstEpoch: 1000);
        next.Restore(ledger.Capture());
        next.BeginEpoch(2);
        next.Join(0);
        next.Take(0, 1001, default);

        Assert.Equal(PushOutcome.OldEpoch, next.Judge(PushOf(0, epoch, 1, work)).Outcome);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, -1)]
    public void What_was_not_assigned_is_refused(int batch, long version)
    {
        var epoch = Begin(batches: 3).Epoch;
        var work = ledger.Take(0, epoch, default)!.Value;

        var ack = ledger.Judge(PushOf(0, epoch, 1, new Assignment(work.Batch + batch, work.Version + version)));

        Assert.Equal((PushOutcome.NotAssigned, 0L, 3), (ack.Outcome, ack.Version, ledger.BatchesLeft));
    }

    [Fact]
    public void After_three_gradients_in_a_row_that_are_no_numbers_a_learner_takes_part_no_more()
    {
        var (one, other) = (Begin(batches: 9).Epoch, ledger.Join(1)!.Epoch);
        Bring(0, one, 1, isFinite: false);
        Bring(0, one, 2, isFinite: false);
        Bring(0, one, 3, isFinite: true);
        Bring(0, one, 4, isFinite: false);
        Bring(0, one, 5, isFinite: false);
        Assert.Empty(ledger.Quarantined);

        Assert.Equal(PushOutcome.NonFinite, Bring(0, one, 6, isFinite: false).Outcome);

        Assert.Equal([0], ledger.Quarantined);
        Assert.Equal([1], ledger.Learners);
        Assert.Null(ledger.Join(0));
        Assert.Null(ledger.Take(0, one, default));
        Assert.Equal(PushOutcome.Applied, Bring(1, other, 1, isFinite: true).Outcome);
        Assert.Equal((2L, 5L, 7), (ledger.Counts.Applied, ledger.Counts.Refused, ledger.BatchesLeft));
    }

    [Fact]
    public void A_change_of_membership_reseeds_the_windows_of_all()
    {
        var epoch = Begin(batches: 9).Epoch;
        var learner = new Learner(0, Rules);
        learner.Begin(ledger.Join(0)!);
        for (var i = 0; i < 3; i++)
            learner.Take(ledger.Judge(learner.PushOf(ledger.Take(0, learner.Epoch!.Value, default)!.Value, isFinite: true)));
        Assert.Equal([0, 0, 0, 0], learner.Window);

        ledger.Join(1);
        ledger.Join(2);
        learner.Take(ledger.Judge(learner.PushOf(ledger.Take(0, learner.Epoch!.Value, default)!.Value, isFinite: true)));

        Assert.Equal([2, 2, 2, 0], learner.Window);
        Assert.Equal(learner.Window, ledger.Capture().Windows[0]);
        Assert.NotEqual(epoch, learner.Epoch);
    }

    [Fact]
    public void Who_is_done_with_its_shard_takes_from_the_longest()
    {
        ledger.Join(0);
        ledger.Join(1);
        ledger.BeginEpoch(4);
        var epoch = ledger.Join(0)!.Epoch;

        var taken = new List<int>();
        for (var sequence = 1; ledger.Take(0, epoch, default) is { } work; sequence++)
        {
            taken.Add(work.Batch);
            ledger.Judge(PushOf(0, epoch, sequence, work));
        }

        Assert.Equal([0, 1, 3, 2], taken);
        Assert.Equal(0, ledger.BatchesLeft);
    }

    [Fact]
    public void An_epoch_begins_only_when_nobody_computes()
    {
        var epoch = Begin(batches: 2).Epoch;
        ledger.Take(0, epoch, default);

        Assert.Throws<InvalidOperationException>(() => ledger.BeginEpoch(2));
    }

    private Welcome Begin(int batches)
    {
        ledger.BeginEpoch(batches);
        return ledger.Join(0)!;
    }

    private Ack Bring(int learner, long epoch, long sequence, bool isFinite) =>
        ledger.Judge(PushOf(learner, epoch, sequence, ledger.Take(learner, epoch, default)!.Value) with { IsFinite = isFinite });

    private static Push PushOf(int learner, long epoch, long sequence, Assignment work) =>
        new(learner, epoch, sequence, work.Version, work.Batch, 1, IsFinite: true);
}
