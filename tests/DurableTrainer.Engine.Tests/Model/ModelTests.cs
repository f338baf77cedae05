using DurableTrainer.Durable;
using DurableTrainer.Engine.Tests.Crashes;
using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace DurableTrainer.Engine.Tests.Model;

/// <summary>Random steering of a few instances, with restarts and crashes in between, against a model of a few lines.</summary>
public class ModelTests(ITestOutputHelper output)
{
    private const int Instances = 3;
    private const int Finish = 0;
    private static readonly OrchestratorName<int, int> Summing = new("Summing");
    private static readonly ActivityName<int, int> Twice = new("Twice");
    private static readonly EventName<int> Number = new("number");

    public enum Move
    {
        Raise,
        End,
        Suspend,
        Resume,
        Terminate,
        PassTime,
        Restart,
        Crash,
    }

    [Fact]
    public void Whatever_is_done_to_instances_in_whatever_order_they_end_as_the_model_says()
    {
        var move = Gen.Frequency(
            (8, Gen.Constant(Move.Raise)), (1, Gen.Constant(Move.End)), (2, Gen.Constant(Move.Suspend)), (2, Gen.Constant(Move.Resume)),
            (1, Gen.Constant(Move.Terminate)), (3, Gen.Constant(Move.PassTime)), (1, Gen.Constant(Move.Restart)), (1, Gen.Constant(Move.Crash)));
        var commands = (from what in move from whom in Gen.Choose(0, Instances - 1) from number in Gen.Choose(1, 99) select (what, whom, number))
            .ListOf();

        // The second number of a seed has to be odd, and may be any.
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(Soak.Times(150)).WithReplay((ulong)Soak.Seed(output), 1), Prop.ForAll(commands.ToArbitrary(), list => Task.Run(() => RunAsync([.. list]))));
    }

    private static DurableRegistry Registry() => new DurableRegistry()
        .Orchestrator(Summing, async (context, sum) =>
        {
            using var late = new CancellationTokenSource();
            var timeout = context.Timer(TimeSpan.FromHours(1), late.Token);
            var number = context.WaitForEvent(Number, late.Token);
            if (await Task.WhenAny(timeout, number) == timeout && !number.IsCompleted)
            {
                late.Cancel();
                context.ContinueAsNew(sum);
                return -1;
            }
            late.Cancel();
            if (await number == Finish)
                return sum;
            context.ContinueAsNew(sum + await context.CallAsync(Twice, await number));
            return -1;
        })
        .Activity(Twice, x => 2 * x);

    private static async Task RunAsync((Move What, int Whom, int Number)[] commands)
    {
        var (files, time, random) = (new CrashingFiles(), new ManualTime(), new Random(commands.Length));
        var models = Enumerable.Range(0, Instances).Select(_ => new Expected()).ToArray();
        var engine = await Start(files, time);
        for (var i = 0; i < Instances; i++)
            await engine.Client.ScheduleAsync(Summing, 0, $"i{i}");

        foreach (var (what, whom, number) in commands.Concat(Enumerable.Range(0, Instances).SelectMany(i => new[] { (Move.Resume, i, 0), (Move.End, i, 0) })))
        {
            var (id, model) = ($"i{whom}", models[whom]);
            switch (what)
            {
                case Move.Raise:
                    await engine.Client.RaiseEventAsync(id, Number, number);
                    model.Raise(2 * number);
                    break;
                case Move.End:
                    await engine.Client.RaiseEventAsync(id, Number, Finish);
                    model.Finishing |= model.Status is null;
                    break;
                case Move.Suspend:
                    await engine.Client.SuspendAsync(id, "by chance");
                    model.Suspended = true;
                    break;
                case Move.Resume:
                    await engine.Client.ResumeAsync(id);
                    model.Suspended = false;
                    break;
                case Move.Terminate:
                    await engine.Client.TerminateAsync(id, "by chance");
                    model.Status ??= InstanceStatus.Terminated;
                    break;
                case Move.PassTime:
                    time.Advance(TimeSpan.FromMinutes(number));
                    break;
                case Move.Restart:
                    await engine.DisposeAsync();
                    engine = await Start(files, time);
                    break;
                case Move.Crash:
                    var after = files.Restart(random);
                    await engine.DisposeAsync();
                    engine = await Start(files = after, time);
                    break;
            }
            // Whether it ends before the next step must not be left to chance.
            if (model.EndsNow)
            {
                await engine.Client.WaitAsync(id);
                model.Status = InstanceStatus.Completed;
            }
        }

        for (var i = 0; i < Instances; i++)
        {
            var state = await engine.Client.WaitAsync($"i{i}");
            Assert.Equal(models[i].Status, state.Status);
            if (state.Status == InstanceStatus.Completed)
                Assert.Equal(models[i].Sum, state.ReadOutput<int>());
        }
        await engine.DisposeAsync();
    }

    private static async Task<EmbeddedEngine> Start(CrashingFiles files, ManualTime time)
    {
        var engine = await EmbeddedEngine.OpenAsync(new()
        {
            Folder = null,
            Files = files,
            Registry = Registry(),
            Time = time,
            CheckReplay = true,
            SegmentBytes = 1_000,
            SnapshotEveryBytes = 3_000,
        });
        engine.Start();
        return engine;
    }

    private sealed class Expected
    {
        public int Sum { get; private set; }

        public bool Finishing { get; set; }

        public bool Suspended { get; set; }

        public InstanceStatus? Status { get; set; }

        public bool EndsNow => Status is null && Finishing && !Suspended;

        public void Raise(int number)
        {
            // What is raised after the end was asked for stands behind it in the queue.
            if (Status is null && !Finishing)
                Sum += number;
        }
    }
}
