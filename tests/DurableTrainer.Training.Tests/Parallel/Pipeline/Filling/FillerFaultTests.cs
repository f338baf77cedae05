using System.Buffers.Binary;
using System.Net.Sockets;
using DurableTrainer.Training.Parallel.Pipeline;
using DurableTrainer.Training.Parallel.Pipeline.Filling;
using DurableTrainer.Training.Tests.Sessions;

namespace DurableTrainer.Training.Tests.Parallel.Pipeline.Filling;

/// <summary>What a trial does that is filled when the one that fills does not do what it should; it waits for it in nothing.</summary>
public sealed class FillerFaultTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string folder = Directory.CreateTempSubdirectory("dtrain-place-").FullName;

    [Fact]
    public void Who_is_still_in_a_gap_half_a_batch_after_its_end_is_ended_by_the_unit_that_goes_on()
    {
        using var main = new FilledTrial(folder);
        var units = main.Meet(trial: 1);
        main.Offer(unit: 0);
        var end = Receive(units[0]);
        GapMessages.SendEntered(units[0]);

        main.Now = end + FilledTrial.Batch / 2 - 1;
        main.GoOn(unit: 0);
        Assert.Empty(main.Ended);
        main.Now++;
        main.GoOn(unit: 1);
        Assert.Empty(main.Ended);
        main.GoOn(unit: 0);

        Assert.Equal([Environment.ProcessId], main.Ended);
        Assert.Equal("trial 1 did not leave a gap, and its worker was ended", main.Told[^1]);
        Assert.False(main.IsFilled);
        // Nobody is asked again, and the next one that comes is let in.
        main.GoOn(unit: 1);
        main.Offer(unit: 1);
        Assert.Single(main.Ended);
        DisposeAll([.. units, .. main.Meet(trial: 2)]);
    }

    [Fact]
    public void Who_yields_has_all_gaps_until_a_batch_that_is_not_filled_and_is_ended_when_it_does_not_pause_for_ten_seconds()
    {
        using var main = new FilledTrial(folder, fillersYield: true);
        var units = main.Meet(trial: 1);
        Assert.All(units, unit => Assert.Equal(GapMessages.WithoutEnd, Receive(unit)));
        GapMessages.SendEntered(units[0]);
        main.Now += TimeSpan.FromHours(1).Ticks;
        main.GoOn(unit: 0);
        Assert.Empty(main.Ended);

        main.UntilNotFilled();
        var end = Receive(units[0]);
        // Batches that follow are offered to the unit that has paused alone.
        main.RunBatch();
        Assert.Equal([end, GapMessages.WithoutEnd], [Receive(units[1]), Receive(units[1])]);
        main.Now = end + TimeSpan.FromSeconds(10).Ticks - 1;
        main.GoOn(unit: 0);
        Assert.Empty(main.Ended);
        main.Now++;
        main.GoOn(unit: 0);

        Assert.Equal([Environment.ProcessId], main.Ended);
        Assert.Equal(0, units[0].Available);
        Assert.Equal("trial 1 did not leave a gap, and its worker was ended", main.Told[^1]);
        DisposeAll(units);
    }

    [Fact]
    public void Who_yields_and_pauses_late_but_in_time_has_the_gaps_again()
    {
        using var main = new FilledTrial(folder, fillersYield: true);
        var units = main.Meet(trial: 1);
        GapMessages.SendEntered(units[0]);
        main.UntilNotFilled();
        main.Now += TimeSpan.FromSeconds(9).Ticks;
        GapMessages.SendLeft(units[0], [new GapSpan(main.Now - 10, main.Now, Processor: 0)]);
        main.GoOn(unit: 0);
        main.Now += TimeSpan.FromSeconds(9).Ticks;
        main.RunBatch();

        Assert.Empty(main.Ended);
        Assert.Equal(GapMessages.WithoutEnd, Receive(units[0]));
        Assert.True(Receive(units[0]) < main.Now);
        Assert.Equal(GapMessages.WithoutEnd, Receive(units[0]));
        DisposeAll(units);
    }

    [Fact]
    public void Who_was_ended_twice_is_suspended_when_it_comes_again_and_another_is_not()
    {
        using var main = new FilledTrial(folder);
        for (var time = 0; time < 2; time++)
        {
            var units = main.Meet(trial: 1);
            main.Offer(unit: 0);
            GapMessages.SendEntered(units[0]);
            main.Now = Receive(units[0]) + FilledTrial.Batch;
            main.GoOn(unit: 0);
            DisposeAll(units);
        }

        Assert.Equal(2, main.Ended.Count);
        var again = main.Place.TryConnect(units: 2, trial: 1)!;
        main.RunBatch();

        Assert.Equal("trial 1 is suspended: it did not leave a gap 2 times", main.Told[^1]);
        Assert.False(main.IsFilled);
        DisposeAll(again);
        main.RunBatch();
        DisposeAll(main.Meet(trial: 2));
        Assert.Equal("trial 2 fills the gaps of the units", main.Told[^1]);
    }

    [Fact]
    public void Who_leaves_a_gap_late_but_in_time_stays()
    {
        using var main = new FilledTrial(folder);
        var units = main.Meet(trial: 1);
        main.Offer(unit: 0);
        var end = Receive(units[0]);
        GapMessages.SendEntered(units[0]);
        GapMessages.SendLeft(units[0], [new GapSpan(end - 10, end + 10, Processor: 0)]);

        main.Now = end + FilledTrial.Batch;
        main.GoOn(unit: 0);

        Assert.Empty(main.Ended);
        Assert.True(main.IsFilled);
        DisposeAll(units);
    }

    [Fact]
    public void Who_has_stopped_to_look_for_gaps_is_offered_them_without_being_waited_for()
    {
        using var main = new FilledTrial(folder);
        var units = main.Meet(trial: 1);
        units[0].ReceiveBufferSize = 1;

        // More than any connection holds that nobody reads from.
        for (var gap = 0; gap < 20_000; gap++)
        {
            main.Offer(unit: 0);
            main.GoOn(unit: 0);
        }

        Assert.Empty(main.Ended);
        Assert.True(main.IsFilled);
        DisposeAll(units);
    }

    [Fact]
    public void Who_has_gone_before_it_was_let_in_fills_nothing()
    {
        using var main = new FilledTrial(folder);
        var (gone, silent) = (main.Place.TryConnect(units: 2, trial: 1)!, main.Place.TryConnect(units: 1, trial: 2)!);
        Array.ForEach([.. gone, .. silent], unit => unit.Close(timeout: 0));
        for (var batch = 0; batch < 3; batch++)
            main.RunBatch();

        Assert.DoesNotContain(main.Told, told => told.Contains("trial 2", StringComparison.Ordinal));
        Assert.False(main.IsFilled);
        Assert.Empty(main.Ended);
        DisposeAll(main.Meet(trial: 3));
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(GapMessages.MostSpans + 1)]
    [InlineData(1 << 28)]
    public void Who_says_what_cannot_be_is_listened_to_no_longer(int chunks)
    {
        using var main = new FilledTrial(folder);
        var units = main.Meet(trial: 1);
        main.Offer(unit: 1);
        _ = Receive(units[1]);
        GapMessages.SendEntered(units[1]);
        var nonsense = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(nonsense, chunks);
        units[1].Send(nonsense);

        main.RunBatch();
        main.Begin();

        Assert.Equal("trial 1 does not fill the gaps any more", main.Told[^1]);
        Assert.Empty(main.Ended);
        AssertGone(units[0]);
        DisposeAll(units);
    }

    [Fact]
    public async Task Who_throws_in_a_gap_leaves_it_and_lets_nobody_wait()
    {
        using var listener = new FillPlace(folder).TryListen()!;
        using var filler = new PipelineSession(
            Pipelines.Spec, Digits.Dataset, Digits.Split, Digits.Seed, trial: 1,
            surroundings: new PipelineSurroundings { Place = new FillPlace(folder), Time = new BreakingClock() });
        var running = Task.Run(() => filler.RunEpoch());
        var units = await AcceptAsync(listener);
        // The only gap that there is: its first unit stays in it, and the other one waits for another.
        GapMessages.SendOffer(units[0], long.MaxValue);

        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => running.WaitAsync(Patience));

        Assert.Equal("The clock broke.", thrown.Message);
        Assert.Equal(sizeof(int), units[0].Receive(new byte[sizeof(int)]));
        Assert.All(units, AssertGone);
        DisposeAll(units);
    }

    [Fact]
    public async Task Who_is_suspended_waits_until_the_units_are_free()
    {
        using var main = new FilledTrial(folder);
        using var filler = Pipelines.Open(trial: 1, new FillPlace(folder));
        var running = Task.Run(() => filler.RunEpoch());
        await Task.Run(main.UntilFilled).WaitAsync(Patience);

        for (var batch = 0; batch < 10 * FillControl.Period; batch++)
            main.RunBatch(slowdown: 0.2);

        Assert.Matches("^trial 1 is suspended: steps took 20% longer in 9 periods in a row, with gaps left .* ms early$", main.Told[^1]);
        main.Offer(unit: 0);
        Assert.False(main.IsFilled);
        Assert.False(running.IsCompleted);
        main.Dispose();
        await running.WaitAsync(Patience);
        Assert.Equal(Pipelines.Alone(trial: 1, epochs: 1), filler.Capture().Write());
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static async Task<Socket[]> AcceptAsync(FilledListener listener)
    {
        var accepting = Task.Run(() =>
        {
            while (true)
            {
                if (listener.TryAccept(units: 2) is var (_, units))
                    return units;
            }
        });
        return await accepting.WaitAsync(Patience);
    }

    /// <summary>The end of the gap that was offered.</summary>
    private static long Receive(Socket unit)
    {
        var bytes = new byte[sizeof(long)];
        Assert.Equal(bytes.Length, unit.Receive(bytes));
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    /// <summary>Whatever it said before.</summary>
    private static void AssertGone(Socket unit)
    {
        unit.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        try
        {
            while (unit.Receive(new byte[256]) > 0)
            {
            }
        }
        catch (SocketException exception)
        {
            Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
        }
    }

    private static void DisposeAll(Socket[] units) => Array.ForEach(units, unit => unit.Dispose());

    /// <summary>Breaks for the first unit once the second one has work too.</summary>
    private sealed class BreakingClock : TimeProvider
    {
        private volatile bool isBroken;

        public override long GetTimestamp()
        {
            isBroken |= Thread.CurrentThread.Name == "pipeline unit 1";
            return isBroken && Thread.CurrentThread.Name == "pipeline unit 0"
                ? throw new InvalidOperationException("The clock broke.")
                : base.GetTimestamp();
        }
    }
}
