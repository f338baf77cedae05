using DurableTrainer.Durable;

namespace DurableTrainer.Engine.Tests.Conformance;

public abstract partial class DurableConformance
{
    [Fact]
    public async Task An_id_that_is_taken_is_refused()
    {
        await using var engine = await CreateAsync(With((_, x) => Task.FromResult(x)));
        await engine.Client.ScheduleAsync(Main, 1, "main");

        await Assert.ThrowsAsync<InstanceExistsException>(() => engine.Client.ScheduleAsync(Main, 2, "main"));

        Succeeds(1, await engine.Client.WaitAsync("main", Patience()));
    }

    [Fact]
    public async Task A_status_can_be_read_while_the_instance_runs()
    {
        await using var engine = await CreateAsync(With((context, _) =>
        {
            context.SetStatus(new Count(3));
            return context.WaitForEvent(Number);
        }));
        await engine.Client.ScheduleAsync(Main, 0, "main");

        var state = await ReadWhen(engine, "main", state => state.CustomStatus is not null);

        Assert.Equal(new Count(3), DurableJson.Deserialize<Count>(state.CustomStatus));
        Assert.Equal(InstanceStatus.Running, state.Status);
    }

    [Fact]
    public async Task A_status_of_more_than_sixteen_kibibytes_is_refused()
    {
        var state = await RunAsync(With((context, _) =>
        {
            context.SetStatus(new string('x', 16 * 1024));
            return Task.FromResult(0);
        }));

        Assert.True(state.Failure!.Is<ArgumentException>());
    }

    [Fact]
    public async Task Continuing_as_new_with_calls_in_flight_is_refused()
    {
        var state = await RunAsync(With((context, x) =>
        {
            _ = context.CallAsync(Twice, x);
            context.ContinueAsNew(1);
            return Task.FromResult(0);
        }));

        Assert.Equal(InstanceStatus.Failed, state.Status);
        Assert.True(state.Failure!.Is<InvalidOperationException>());
    }

    [Fact]
    public async Task Continuing_as_new_starts_over_with_the_new_input() =>
        Succeeds(100, await RunAsync(With(async (context, x) =>
        {
            if (x == 100)
                return x;
            await context.CallAsync(Twice, x);
            context.ContinueAsNew(x + 1);
            return -1;
        }), 90));

    [Fact]
    public async Task Terminating_a_parent_terminates_its_children()
    {
        var child = new OrchestratorName<int, int>("Child");
        var grandchild = new OrchestratorName<int, int>("Grandchild");
        await using var engine = await CreateAsync(
            With((context, x) => context.CallAsync(child, x, "child"))
                .Orchestrator(child, (context, x) => context.CallAsync(grandchild, x, "grandchild"))
                .Orchestrator(grandchild, (context, _) => context.WaitForEvent(Number)));
        await engine.Client.ScheduleAsync(Main, 0, "main");
        await ReadWhen(engine, "grandchild", _ => true);

        await engine.Client.TerminateAsync("main", "enough");

        Assert.Equal(InstanceStatus.Terminated, (await engine.Client.WaitAsync("main", Patience())).Status);
        Assert.Equal(InstanceStatus.Terminated, (await engine.Client.WaitAsync("child", Patience())).Status);
        var ended = await engine.Client.WaitAsync("grandchild", Patience());
        Assert.Equal(InstanceStatus.Terminated, ended.Status);
        Assert.Equal("enough", ended.Failure!.Message);
    }

    [Fact]
    public async Task A_suspended_instance_keeps_what_arrives_and_goes_on_when_resumed()
    {
        await using var engine = await CreateAsync(With((context, _) => context.WaitForEvent(Number)));
        await engine.Client.ScheduleAsync(Main, 0, "main");
        await ReadWhen(engine, "main", state => state.Status == InstanceStatus.Running);

        await engine.Client.SuspendAsync("main", "not now");
        await engine.Client.RaiseEventAsync("main", Number, 6);
        await ReadWhen(engine, "main", state => state.Status == InstanceStatus.Suspended);
        await engine.Client.ResumeAsync("main");

        Succeeds(6, await engine.Client.WaitAsync("main", Patience()));
    }

    [Fact]
    public async Task What_has_ended_can_be_purged_with_its_children_and_its_id_used_again()
    {
        var child = new OrchestratorName<int, int>("Child");
        await using var engine = await CreateAsync(
            With((context, x) => context.CallAsync(child, x, "child")).Orchestrator(child, (_, x) => Task.FromResult(x)));
        await engine.Client.ScheduleAsync(Main, 1, "main");
        await engine.Client.WaitAsync("main", Patience());

        Assert.True(await engine.Client.PurgeAsync("main"));
        Assert.False(await engine.Client.PurgeAsync("main"));
        Assert.Null(await engine.Client.GetAsync("child"));
        await engine.Client.ScheduleAsync(Main, 2, "main");

        Succeeds(2, await engine.Client.WaitAsync("main", Patience()));
    }

    [Fact]
    public async Task What_runs_cannot_be_purged()
    {
        await using var engine = await CreateAsync(With((context, _) => context.WaitForEvent(Number)));
        await engine.Client.ScheduleAsync(Main, 1, "main");

        await Assert.ThrowsAsync<InvalidOperationException>(() => engine.Client.PurgeAsync("main"));
    }

    [Fact]
    public async Task Instances_are_listed_oldest_first_by_prefix_and_status_a_page_at_a_time()
    {
        await using var engine = await CreateAsync(With((context, x) => x == 0 ? context.WaitForEvent(Number) : Task.FromResult(x)));
        for (var i = 0; i < 10; i++)
        {
            await engine.Client.ScheduleAsync(Main, i % 2, $"a{i}");
            await engine.Client.ScheduleAsync(Main, 1, $"b{i}");
        }
        for (var i = 1; i < 10; i += 2)
            await engine.Client.WaitAsync($"a{i}", Patience());

        var query = new InstanceQuery { Prefix = "a", Statuses = [InstanceStatus.Completed], PageSize = 2 };
        var pages = new List<string>();
        for (InstancePage? page = null; page is null || page.Continuation is not null;)
        {
            page = await engine.Client.ListAsync(query with { Continuation = page?.Continuation });
            pages.Add(string.Join(' ', page.Instances.Select(i => i.InstanceId)));
        }

        Assert.Equal(["a1 a3", "a5 a7", "a9"], pages);
    }

    [Fact]
    public async Task Waiting_for_nobody_is_refused()
    {
        await using var engine = await CreateAsync(With((_, x) => Task.FromResult(x)));

        await Assert.ThrowsAsync<InstanceNotFoundException>(() => engine.Client.WaitAsync("nobody", Patience()));
    }

    [Fact]
    public async Task An_orchestrator_that_does_not_exist_cannot_be_scheduled()
    {
        await using var engine = await CreateAsync(With((_, x) => Task.FromResult(x)));

        await Assert.ThrowsAsync<ArgumentException>(() => engine.Client.ScheduleAsync(new OrchestratorName<int, int>("Nothing"), 0, "x"));
    }

    [Fact]
    public virtual async Task Awaiting_anything_but_the_context_fails_the_instance_and_says_so()
    {
        var never = new TaskCompletionSource<int>();
        var state = await RunAsync(With(async (context, _) =>
        {
            await context.CallAsync(Twice, 1);
            return await never.Task;
        }));

        Assert.Equal(InstanceStatus.Failed, state.Status);
        Assert.Contains("awaited something that its context did not give it", state.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public virtual async Task An_orchestrator_that_does_otherwise_on_replay_fails()
    {
        var runs = 0;
        var state = await RunAsync(With((context, _) => context.CallAsync(Twice, Interlocked.Increment(ref runs))));

        Assert.Equal(InstanceStatus.Failed, state.Status);
        Assert.True(state.Failure!.Is<NonDeterminismException>(), state.Failure.ToString());
        Assert.Contains("with 1", state.Failure.Message, StringComparison.Ordinal);
        Assert.Contains("with 2", state.Failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Reads until the state is there: reading is all that anybody outside can do.</summary>
    protected static async Task<InstanceState> ReadWhen(IConformingEngine engine, string id, Func<InstanceState, bool> condition)
    {
        var patience = Patience();
        while (true)
        {
            patience.ThrowIfCancellationRequested();
            if (await engine.Client.GetAsync(id, patience) is { } state && condition(state))
                return state;
            await Task.Yield();
        }
    }
}
