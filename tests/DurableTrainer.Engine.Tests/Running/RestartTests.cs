using DurableTrainer.Durable;

namespace DurableTrainer.Engine.Tests.Running;

public sealed class RestartTests : IDisposable
{
    private static readonly OrchestratorName<int, int> Main = new("Main");
    private static readonly ActivityName<int, int> Twice = new("Twice");
    private static readonly ActivityName<int, int> Thrice = new("Thrice");
    private static readonly EventName<int> Go = new("go");
    private static readonly EntityId Total = new(Counter.Name, "total");
    private readonly TemporaryFolder folder = new();
    private readonly ManualTime time = new();

    [Fact]
    public async Task An_instance_goes_on_where_it_was_and_runs_no_ended_activity_again()
    {
        var runs = 0;
        DurableRegistry Registry() => Running(async (context, x) =>
        {
            var twice = await context.CallAsync(Twice, x);
            var added = await context.CallAsync(Total, Counter.Add, twice);
            return added + await context.WaitForEvent(Go);
        }).Activity(Twice, x =>
        {
            Interlocked.Increment(ref runs);
            return 2 * x;
        });
        await using (var first = await Start(Registry()))
        {
            await first.Client.ScheduleAsync(Main, 4, "main");
            while (await first.Client.ReadEntityAsync<Count>(Total) is null)
                await Task.Yield();
        }

        await using var second = await Start(Registry());
        await second.Client.RaiseEventAsync("main", Go, 100);

        Assert.Equal(108, (await second.Client.WaitAsync("main")).ReadOutput<int>());
        Assert.Equal(1, runs);
        Assert.Equal(new Count(8), await second.Client.ReadEntityAsync<Count>(Total));
    }

    [Fact]
    public async Task Code_that_was_changed_under_a_running_instance_fails_it_and_both_sides_are_named()
    {
        await using (var first = await Start(Running(async (context, x) => await context.CallAsync(Twice, x) + await context.WaitForEvent(Go))))
        {
            await first.Client.ScheduleAsync(Main, 4, "main");
            await WaitUntil(first, InstanceStatus.Running);
        }

        await using var second = await Start(Running(async (context, x) => await context.CallAsync(Thrice, x) + await context.WaitForEvent(Go)));
        await second.Client.RaiseEventAsync("main", Go, 100);
        var state = await second.Client.WaitAsync("main");

        Assert.Equal(InstanceStatus.Failed, state.Status);
        Assert.True(state.Failure!.Is<NonDeterminismException>());
        Assert.Contains("activity 'Twice'", state.Failure.Message, StringComparison.Ordinal);
        Assert.Contains("activity 'Thrice'", state.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instance_without_its_code_waits_for_a_process_that_has_it()
    {
        await using (var first = await Start(Running((context, _) => context.WaitForEvent(Go))))
        {
            await first.Client.ScheduleAsync(Main, 0, "main");
            await WaitUntil(first, InstanceStatus.Running);
        }
        await using (var second = await Start(new DurableRegistry()))
        {
            await second.Client.RaiseEventAsync("main", Go, 3);
            Assert.Equal(InstanceStatus.Running, (await second.Client.GetAsync("main"))!.Status);
        }

        await using var third = await Start(Running((context, _) => context.WaitForEvent(Go)));

        Assert.Equal(3, (await third.Client.WaitAsync("main")).ReadOutput<int>());
    }

    [Fact]
    public async Task A_child_without_code_fails_and_so_does_the_call_for_it()
    {
        await using var engine = await Start(Running((context, x) =>
            context.CallAsync(new OrchestratorName<int, int>("Nobody"), x, "child")));

        await engine.Client.ScheduleAsync(Main, 0, "main");

        Assert.Contains("no orchestrator 'Nobody'", (await engine.Client.WaitAsync("main")).Failure!.Message, StringComparison.Ordinal);
        Assert.Equal(InstanceStatus.Failed, (await engine.Client.GetAsync("child"))!.Status);
    }

    [Fact]
    public async Task Before_the_start_clients_can_steer_and_nothing_runs()
    {
        var runs = 0;
        DurableRegistry Registry() => Running((context, x) => context.CallAsync(Twice, x)).Activity(Twice, x => runs++);
        await using (var first = await Open(Registry()))
        {
            await first.Client.ScheduleAsync(Main, 1, "kept");
            await first.Client.ScheduleAsync(Main, 1, "ended");
        }

        await using var second = await Open(Registry());
        await second.Client.TerminateAsync("ended", "not any more");
        Assert.Equal(2, (await second.Client.ListAsync(new())).Instances.Count);
        Assert.Equal(0, runs);
        second.Start();
        await second.Client.WaitAsync("kept");

        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task Ten_thousand_timers_fire_across_a_restart_in_the_order_of_their_times()
    {
        const int Timers = 10_000;
        var order = new List<int>();
        DurableRegistry Registry() => Running(async (context, n) =>
        {
            await Task.WhenAll(Enumerable.Range(0, n).Select(async i =>
            {
                await context.Timer(TimeSpan.FromMinutes(1 + (i * 7919 % n)));
                if (!context.IsReplaying)
                    order.Add(i * 7919 % n);
            }));
            return order.Count;
        });
        await using (var first = await Start(Registry(), checkReplay: false))
        {
            await first.Client.ScheduleAsync(Main, Timers, "main");
            await WaitUntil(first, InstanceStatus.Running);
            time.Advance(TimeSpan.FromMinutes(Timers / 2));
            await first.Client.GetAsync("main");
        }

        await using var second = await Start(Registry(), checkReplay: false);
        var end = second.Client.WaitAsync("main");
        while (!end.IsCompleted)
        {
            time.Advance(TimeSpan.FromDays(1));
            await second.Client.GetAsync("main");
        }

        Assert.Equal(Timers, (await end).ReadOutput<int>());
        Assert.Equal(Enumerable.Range(0, Timers), order);
    }

    [Fact]
    public async Task A_large_state_of_an_entity_survives_many_small_changes()
    {
        const int Operations = 300;
        var append = new EntityOperation<string, int>("append");
        var log = new EntityId("log", "all");
        DurableRegistry Registry() => Running(async (context, n) =>
        {
            for (var i = 0; i < n; i++)
                await context.CallAsync(log, append, $"line {i} ✓ " + new string('.', 1000));
            return n;
        }).Add("log", () => new Log(append));
        await using (var first = await Start(Registry(), checkReplay: false))
        {
            await first.Client.ScheduleAsync(Main, Operations, "main");
            await first.Client.WaitAsync("main");
        }
        Assert.InRange(Directory.GetFiles(folder.Path).Sum(f => new FileInfo(f).Length), 1, 4 * Operations * 1000);

        await using var second = await Start(Registry(), checkReplay: false);

        var lines = (await second.Client.ReadEntityAsync<Lines>(log))!.All;
        Assert.Equal(Operations, lines.Count);
        Assert.StartsWith($"line {Operations - 1} ✓", lines[^1], StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private static DurableRegistry Running(Func<OrchestrationContext, int, Task<int>> main)
    {
        var registry = new DurableRegistry().Orchestrator(Main, main).Add(Counter.Name, () => new Counter());
        return registry.Activity(Thrice, x => 3 * x);
    }

    private async Task<EmbeddedEngine> Open(DurableRegistry registry, bool checkReplay = true)
    {
        if (registry.Orchestrators.Count > 0 && !registry.Activities.ContainsKey(Twice.Name))
            registry.Activity(Twice, x => 2 * x);
        return await EmbeddedEngine.OpenAsync(new() { Folder = folder.Path, Registry = registry, Time = time, CheckReplay = checkReplay });
    }

    private async Task<EmbeddedEngine> Start(DurableRegistry registry, bool checkReplay = true)
    {
        var engine = await Open(registry, checkReplay);
        engine.Start();
        return engine;
    }

    private static async Task WaitUntil(EmbeddedEngine engine, InstanceStatus status)
    {
        while ((await engine.Client.GetAsync("main"))!.Status != status)
            await Task.Yield();
    }

    private sealed record Lines(IReadOnlyList<string> All);

    private sealed class Log : Entity<Lines>
    {
        public Log(EntityOperation<string, int> append) =>
            On(append, (state, line) => (new Lines([.. state?.All ?? [], line]), 1));
    }
}
