using System.Net.Sockets;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Pipeline;
using DurableTrainer.Training.Parallel.Pipeline.Filling;
using DurableTrainer.Training.Sessions;
using DurableTrainer.Training.Tests.Sessions;

namespace DurableTrainer.Training.Tests.Parallel.Pipeline.Filling;

/// <summary>Two trials at one place: what each comes to, and what becomes of one when something is wrong with the other.</summary>
public sealed class FillTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string folder = Directory.CreateTempSubdirectory("dtrain-place-").FullName;

    [Fact]
    public async Task A_trial_that_fills_and_the_one_that_is_filled_come_to_what_they_come_to_alone()
    {
        using var main = Pipelines.Open(trial: 0, new FillPlace(folder));
        main.RunEpoch();
        var filling = Task.Run(() =>
        {
            using var filler = Pipelines.Open(trial: 1, new FillPlace(folder));
            Pipelines.Run(filler, 3);
            return filler.Capture().Write();
        });
        while (!filling.IsCompleted)
            main.RunEpoch();
        // Its last batches are those without it, and they too are what they were.
        main.RunEpoch();

        Assert.Equal(Pipelines.Alone(trial: 1, epochs: 3), await filling);
        Assert.Equal(Pipelines.Alone(trial: 0, main.Epoch), main.Capture().Write());
        Assert.Contains(main.Plans, plan => plan.Reason == "trial 1 fills the gaps of the units");
        Assert.Contains(main.Plans, plan => plan.Reason == "trial 1 does not fill the gaps any more");
    }

    [Fact]
    public void Who_does_not_leave_a_gap_is_ended_and_the_main_trial_goes_on()
    {
        var ended = new List<int>();
        using var main = Pipelines.Open(trial: 0, new FillPlace(folder), fillersYield: false, ended.Add);
        main.RunEpoch();
        var units = new FillPlace(folder).TryConnect(units: 2, trial: 1)!;
        // It enters the first gap of each unit, and is not heard of again.
        var stuck = Task.WhenAll(units.Select(unit => Task.Run(() =>
        {
            _ = unit.Receive(new byte[sizeof(long)]);
            GapMessages.SendEntered(unit);
        })));
        while (ended.Count == 0 && main.Epoch < 200)
            main.RunEpoch();

        Assert.Equal([Environment.ProcessId], ended);
        Assert.Contains(main.Plans, plan => plan.Reason == "trial 1 did not leave a gap, and its worker was ended");
        Assert.Equal(Pipelines.Alone(trial: 0, main.Epoch), main.Capture().Write());
        foreach (var unit in units)
            unit.Dispose();
    }

    [Fact]
    public void Strangers_are_not_let_in()
    {
        using var main = Pipelines.Open(trial: 0, new FillPlace(folder));
        main.RunEpoch();
        var port = int.Parse(File.ReadAllText(Path.Combine(folder, "filled.address")).Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        using var stranger = new TcpClient("127.0.0.1", port);
        stranger.GetStream().Write(new FillerHello(new string('0', FillerHello.TokenLength), ProcessId: 1, Trial: 1, Unit: 0).Write());
        using var silent = new TcpClient("127.0.0.1", port);
        Pipelines.Run(main, 5);

        Assert.DoesNotContain(main.Plans, plan => plan.Reason.Contains("fills", StringComparison.Ordinal));
        Assert.Equal(0, stranger.GetStream().Read(new byte[1]));
    }

    [Fact]
    public async Task Who_waits_for_gaps_stops_when_it_is_asked_to()
    {
        using var listener = new FillPlace(folder).TryListen()!;
        using var filler = Pipelines.Open(trial: 1, new FillPlace(folder));
        using var stop = new CancellationTokenSource();
        var running = Task.Run(() => filler.RunEpoch(stop.Token));
        (FillerHello Hello, Socket[] Units)? accepted = null;
        while (accepted is null)
            accepted = listener.TryAccept(units: 2);

        Assert.Equal((1, Environment.ProcessId), (accepted.Value.Hello.Trial, accepted.Value.Hello.ProcessId));
        Assert.False(running.IsCompleted);
        await stop.CancelAsync();
        var epoch = await running.WaitAsync(Patience);

        Assert.Equal(EpochOutcome.Stopped, epoch.Outcome);
    }

    [Fact]
    public async Task Who_waits_for_gaps_goes_on_when_the_main_trial_ends()
    {
        var listener = new FillPlace(folder).TryListen()!;
        using var filler = Pipelines.Open(trial: 1, new FillPlace(folder));
        var running = Task.Run(() => filler.RunEpoch());
        (FillerHello Hello, Socket[] Units)? accepted = null;
        while (accepted is null)
            accepted = listener.TryAccept(units: 2);
        foreach (var unit in accepted.Value.Units)
            unit.Dispose();
        listener.Dispose();
        await running.WaitAsync(Patience);

        Assert.Equal(Pipelines.Alone(trial: 1, epochs: 1), filler.Capture().Write());
    }

    [Fact]
    public async Task Who_is_too_large_to_fill_waits_until_nobody_is_filled_and_says_so()
    {
        var listener = new FillPlace(folder).TryListen()!;
        var waited = new TaskCompletionSource();
        using var filler = new PipelineSession(
            Pipelines.Spec with { Parallel = Pipelines.TwoUnits with { Fill = new PipelineFillSpec { Memory = new MemorySize(1 << 20) } } },
            Digits.Dataset, Digits.Split, Digits.Seed, trial: 1,
            surroundings: new PipelineSurroundings { Place = new FillPlace(folder), Rest = _ => waited.TrySetResult() });
        var running = Task.Run(() => filler.RunEpoch());
        await waited.Task.WaitAsync(Patience);
        Assert.False(running.IsCompleted);
        listener.Dispose();
        await running.WaitAsync(Patience);

        Assert.Matches(@"^waits until the units are free: filling takes 1\d(\.\d)? MiB, and it may take 1 MiB$", filler.Plans[^1].Reason);
        Assert.Equal(1, filler.Epoch);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
