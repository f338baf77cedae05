using DurableTrainer.Core.Trials;
using DurableTrainer.Workers.Pool.Grants;

namespace DurableTrainer.Workers.Tests.Pool.Grants;

public sealed class ThreadAllocatorTests
{
    private readonly ManualTime time = new();

    [Fact]
    public void A_seat_that_nobody_takes_gives_its_threads_to_those_who_run()
    {
        using var allocator = Allocator(units: 4, workers: 2);
        var good = allocator.Take(Work(0, rank: 0.5));
        var better = allocator.Take(Work(1, rank: 0.9));
        Assert.Equal((4, 1), (good.Threads, better.Threads));
        allocator.Leave(good);
        good = allocator.Take(Work(0, rank: 0.5));
        Assert.Equal((2, 1), (good.Threads, better.Threads));

        time.Advance(ThreadAllocator.Moment);
        Assert.Equal((2, 2), (good.Threads, better.Threads));
        allocator.Leave(good);
        time.Advance(ThreadAllocator.Moment);

        Assert.Equal(4, better.Threads);
        Assert.Equal(
            ["1 of 4 threads: others use the rest until their slices end", "2 of 4 threads: first of 2 running trials (better than 90% at epoch 3)", "4 threads: the only trial that runs"],
            Reasons(better));
        Assert.Equal(["2 of 4 threads: second of 2 running trials (better than 50% at epoch 3)"], Reasons(good));
    }

    [Fact]
    public void A_seat_that_the_next_slice_takes_in_time_changes_nothing_for_the_others()
    {
        using var allocator = Allocator(units: 4, workers: 2);
        var first = allocator.Take(Work(0, rank: null));
        var second = allocator.Take(Work(1, rank: null));
        for (var slice = 0; slice < 5; slice++)
        {
            allocator.Leave(first);
            time.Advance(ThreadAllocator.Moment / 2);
            // The ends of both fall together, and yet neither takes what the other will want again.
            allocator.Leave(second);
            first = allocator.Take(Work(0, rank: 0.9));
            second = allocator.Take(Work(1, rank: 0.1));
            Assert.Equal((2, 2), (first.Threads, second.Threads));
            time.Advance(ThreadAllocator.Moment / 2);
        }

        Assert.Single(Reasons(first));
        Assert.Single(Reasons(second));
    }

    [Fact]
    public void Work_that_promises_nothing_has_its_even_share_and_never_more()
    {
        using var allocator = Allocator(units: 4, workers: 2);
        var one = allocator.Take(Work(0, rank: null));
        var other = allocator.Take(Work(1, rank: null));
        allocator.Leave(other);
        time.Advance(ThreadAllocator.Moment);

        Assert.Equal((2, 2), (one.Threads, other.Threads));
        Assert.Equal(["2 of 4 threads: an even share"], Reasons(one));
    }

    [Fact]
    public void Threads_are_taken_back_only_when_a_slice_ends()
    {
        using var allocator = Allocator(units: 4, workers: 4);
        var alone = allocator.Take(Work(0, rank: 0.5));
        var others = Enumerable.Range(1, 3).Select(trial => allocator.Take(Work(trial, rank: null))).ToList();
        time.Advance(ThreadAllocator.Moment);
        Assert.Equal([4, 1, 1, 1], [alone.Threads, .. others.Select(seat => seat.Threads)]);

        allocator.Leave(alone);
        alone = allocator.Take(Work(0, rank: 0.5));

        Assert.Equal([1, 1, 1, 1], [alone.Threads, .. others.Select(seat => seat.Threads)]);
        Assert.Equal(["1 of 4 threads: first of 4 running trials (better than 50% at epoch 3)"], Reasons(alone));
    }

    [Fact]
    public void There_may_be_more_workers_than_threads()
    {
        using var allocator = Allocator(units: 2, workers: 5);
        var seats = Enumerable.Range(0, 5).Select(trial => allocator.Take(Work(trial, rank: trial == 0 ? null : 0))).ToList();
        time.Advance(ThreadAllocator.Moment);

        Assert.All(seats, seat => Assert.Equal(1, seat.Threads));
        Assert.Equal(["1 of 2 threads: number 4 of 5 running trials"], Reasons(seats[4]));
        Assert.Equal(5, allocator.Taken.Count);
    }

    private ThreadAllocator Allocator(int units, int workers) => new(units, Math.Max(1, units / workers), time);

    [Fact]
    public void Who_trains_in_the_gaps_of_another_takes_no_threads_from_anybody()
    {
        using var allocator = Allocator(units: 4, workers: 4);
        var main = allocator.Take(Work(0, rank: 0.5) with { Fills = true });
        var filler = allocator.Take(Work(1, rank: 0.9) with { Fills = true });
        var stranger = allocator.Take(Work(2, rank: 0.7) with { Experiment = "other-1", Fills = true });

        Assert.Equal((4, 1, 1), (main.Threads, filler.Threads, stranger.Threads));
        Assert.Equal((false, true, false), (main.IsInGaps, filler.IsInGaps, stranger.IsInGaps));
        Assert.Equal(["the gaps of trial 0's units"], Reasons(filler));
        Assert.Contains(filler, allocator.Taken);
        allocator.Leave(filler);
        Assert.DoesNotContain(filler, allocator.Taken);
        allocator.Leave(main);
        time.Advance(ThreadAllocator.Moment);

        Assert.Equal(4, stranger.Threads);
        Assert.False(allocator.Take(Work(1, rank: 0.9) with { Fills = true }).IsInGaps);
    }

    private static SeatedWork Work(int trial, double? rank) => new("digits-1", trial, 3, rank is { } share ? new Promise(share, 0) : null);

    private static List<string> Reasons(Seat seat)
    {
        var reasons = new List<string>();
        while (seat.Shares.TryRead(out var share))
            reasons.Add(share.Reason);
        return reasons;
    }
}
