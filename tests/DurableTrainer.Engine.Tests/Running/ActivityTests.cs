using DurableTrainer.Durable;

namespace DurableTrainer.Engine.Tests.Running;

public class ActivityTests
{
    private static readonly OrchestratorName<int, int> Main = new("Main");
    private static readonly ActivityName<int, int> Work = new("Work");
    private readonly Gate gate = new();

    [Fact]
    public async Task No_more_activities_of_a_name_run_at_once_than_it_was_registered_with()
    {
        var (running, most) = (0, 0);
        var registry = Calling(async (context, n) => (await Task.WhenAll(Enumerable.Range(0, n).Select(i => context.CallAsync(Work, i)))).Length)
            .Activity(Work, async (_, x, _) =>
            {
                var now = Interlocked.Increment(ref running);
                lock (gate)
                    most = Math.Max(most, now);
                await Task.Yield();
                Interlocked.Decrement(ref running);
                return x;
            }, maxConcurrency: 3);
        await using var engine = await Start(registry);

        await engine.Client.ScheduleAsync(Main, 200, "main");

        Assert.Equal(200, (await engine.Client.WaitAsync("main")).ReadOutput<int>());
        Assert.InRange(most, 1, 3);
    }

    [Fact]
    public async Task The_outcome_of_an_attempt_whose_instance_was_replaced_meanwhile_is_refused()
    {
        await using var engine = await StartHeldAsync();

        await engine.Client.TerminateAsync("main", "to make place");
        await engine.Client.PurgeAsync("main");
        // The second one's call has the same number, and waits for the place that the first one's attempt gives back with its outcome.
        await engine.Client.ScheduleAsync(Main, 2, "main");
        while ((await engine.Client.GetAsync("main"))!.Status == InstanceStatus.Pending)
            await Task.Yield();
        gate.Open();

        Assert.Equal(2, (await engine.Client.WaitAsync("main")).ReadOutput<int>());
    }

    [Fact]
    public async Task The_outcome_of_an_attempt_whose_instance_is_gone_harms_nobody()
    {
        await using var engine = await StartHeldAsync();
        await engine.Client.TerminateAsync("main", "not wanted");
        await engine.Client.PurgeAsync("main");

        gate.Open();
        await engine.Client.ScheduleAsync(Main, 2, "other");

        Assert.Equal(2, (await engine.Client.WaitAsync("other")).ReadOutput<int>());
        Assert.Null(await engine.Client.GetAsync("main"));
    }

    [Fact]
    public async Task Activities_of_a_suspended_instance_start_when_it_is_resumed()
    {
        using var folder = new TemporaryFolder();
        var runs = 0;
        DurableRegistry Registry(bool cancelled) => Calling((context, x) => context.CallAsync(Work, x)).Activity(Work, async (_, x, stop) =>
        {
            Interlocked.Increment(ref runs);
            if (cancelled)
                await gate.PassAsync(stop);
            return x;
        });
        await using (var first = await Start(Registry(cancelled: true), folder.Path))
        {
            await first.Client.ScheduleAsync(Main, 5, "main");
            await gate.Reached;
            await first.Client.SuspendAsync("main", "for the night");
        }

        await using var second = await Start(Registry(cancelled: false), folder.Path);
        await second.Client.ScheduleAsync(Main, 6, "other");
        await second.Client.WaitAsync("other");
        Assert.Equal(InstanceStatus.Suspended, (await second.Client.GetAsync("main"))!.Status);
        Assert.Equal(2, runs);
        await second.Client.ResumeAsync("main");

        Assert.Equal(5, (await second.Client.WaitAsync("main")).ReadOutput<int>());
        Assert.Equal(3, runs);
    }

    [Fact]
    public async Task An_activity_stopped_with_the_engine_runs_again_in_the_same_attempt()
    {
        using var folder = new TemporaryFolder();
        var attempts = new List<int>();
        DurableRegistry Registry(bool blocked) => Calling((context, x) => context.CallAsync(Work, x)).Activity(Work, async (context, x, stop) =>
        {
            attempts.Add(context.Attempt);
            if (blocked)
                await gate.PassAsync(stop);
            return x;
        });
        await using (var first = await Start(Registry(blocked: true), folder.Path))
        {
            await first.Client.ScheduleAsync(Main, 5, "main");
            await gate.Reached;
        }

        await using var second = await Start(Registry(blocked: false), folder.Path);

        Assert.Equal(5, (await second.Client.WaitAsync("main")).ReadOutput<int>());
        Assert.Equal([1, 1], attempts);
    }

    [Fact]
    public async Task After_a_halt_nothing_that_activities_come_to_is_recorded_and_they_run_again()
    {
        using var folder = new TemporaryFolder();
        var runs = 0;
        DurableRegistry Registry(bool halts) => Calling((context, x) => context.CallAsync(Work, x)).Activity(Work, async (_, x, stop) =>
        {
            Interlocked.Increment(ref runs);
            if (!halts)
                return x;
            try
            {
                await gate.PassAsync(stop);
            }
            catch (OperationCanceledException)
            {
                // It may come to an end all the same: that is not recorded either.
            }
            return -1;
        });
        var reason = new IOException("The disk of artifacts is full.");
        await using (var first = await Start(Registry(halts: true), folder.Path))
        {
            await first.Client.ScheduleAsync(Main, 5, "main");
            await gate.Reached;

            first.Halt(reason);

            Assert.Same(reason, await Assert.ThrowsAsync<IOException>(() => first.Fault));
            var refusal = await Assert.ThrowsAsync<EngineStoppedException>(() => first.Client.GetAsync("main"));
            Assert.Same(reason, refusal.InnerException);
        }

        await using var second = await Start(Registry(halts: false), folder.Path);

        Assert.Equal(5, (await second.Client.WaitAsync("main")).ReadOutput<int>());
        Assert.Equal(2, runs);
    }

    [Fact]
    public async Task An_activity_that_nobody_registered_fails_its_call()
    {
        await using var engine = await Start(Calling((context, x) => context.CallAsync(Work, x)));

        await engine.Client.ScheduleAsync(Main, 5, "main");

        Assert.Contains("no activity 'Work'", (await engine.Client.WaitAsync("main")).Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_activity_that_is_no_longer_registered_waits_for_a_process_that_knows_it()
    {
        using var folder = new TemporaryFolder();
        var registry = Calling((context, x) => context.CallAsync(Work, x));
        await using (var first = await Start(registry.Activity(Work, async (_, x, stop) =>
        {
            await gate.PassAsync(stop);
            return x;
        }), folder.Path))
        {
            await first.Client.ScheduleAsync(Main, 5, "main");
            await gate.Reached;
        }
        await using (var second = await Start(Calling((context, x) => context.CallAsync(Work, x)), folder.Path))
            Assert.Equal(InstanceStatus.Running, (await second.Client.GetAsync("main"))!.Status);

        await using var third = await Start(Calling((context, x) => context.CallAsync(Work, x)).Activity(Work, x => x), folder.Path);

        Assert.Equal(5, (await third.Client.WaitAsync("main")).ReadOutput<int>());
    }

    /// <summary>An engine with one place for work, which the instance "main" holds until the gate opens.</summary>
    private async Task<EmbeddedEngine> StartHeldAsync()
    {
        var engine = await Start(Calling((context, x) => context.CallAsync(Work, x)).Activity(Work, async (_, x, _) =>
        {
            if (x == 1)
                await gate.PassAsync(CancellationToken.None);
            return x;
        }, maxConcurrency: 1));
        await engine.Client.ScheduleAsync(Main, 1, "main");
        await gate.Reached;
        return engine;
    }

    private static DurableRegistry Calling(Func<OrchestrationContext, int, Task<int>> main) => new DurableRegistry().Orchestrator(Main, main);

    private static async Task<EmbeddedEngine> Start(DurableRegistry registry, string? folder = null)
    {
        var engine = await EmbeddedEngine.OpenAsync(new() { Folder = folder, Registry = registry, CheckReplay = true });
        engine.Start();
        return engine;
    }
}
