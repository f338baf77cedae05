using DurableTrainer.Durable;

namespace DurableTrainer.Engine.Tests.Conformance;

public abstract partial class DurableConformance
{
    private static readonly EntityId Shared = new(Counter.Name, "shared");

    [Fact]
    public async Task An_entity_takes_one_operation_at_a_time_and_loses_none()
    {
        await using var engine = await CreateAsync(With(async (context, n) =>
        {
            await Task.WhenAll(Enumerable.Range(0, n).Select(_ => context.CallAsync(Shared, Counter.Add, 1)));
            return n;
        }));

        for (var i = 0; i < 5; i++)
            await engine.Client.ScheduleAsync(Main, 20, "main" + i);
        for (var i = 0; i < 5; i++)
            Succeeds(20, await engine.Client.WaitAsync("main" + i, Patience()));

        Assert.Equal(new Count(100), await engine.Client.ReadEntityAsync<Count>(Shared));
    }

    [Fact]
    public async Task An_operation_that_throws_changes_nothing_and_tells_its_caller()
    {
        await using var engine = await CreateAsync(With(async (context, _) =>
        {
            await context.CallAsync(Shared, Counter.Add, 5);
            try
            {
                await context.CallAsync(Shared, Counter.Add, -1);
                return -1;
            }
            catch (EntityFailedException exception) when (exception.Failure.Is<ArgumentOutOfRangeException>())
            {
                return await context.CallAsync(Shared, Counter.Add, 1);
            }
        }));

        await engine.Client.ScheduleAsync(Main, 0, "main");

        Succeeds(6, await engine.Client.WaitAsync("main", Patience()));
    }

    [Fact]
    public async Task An_unknown_operation_fails_and_names_those_there_are()
    {
        var state = await RunAsync(With((context, _) => context.CallAsync(Shared, new EntityOperation<int, int>("subtract"), 1)));

        Assert.Equal(InstanceStatus.Failed, state.Status);
        Assert.Contains("add, delete", state.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signals_arrive_in_order_and_before_a_later_call() =>
        Succeeds(103, await RunAsync(With((context, _) =>
        {
            for (var i = 0; i < 100; i++)
                context.Signal(Shared, Counter.Add, 1);
            return context.CallAsync(Shared, Counter.Add, 3);
        })));

    [Fact]
    public async Task Two_keys_of_one_entity_never_see_each_others_state()
    {
        EntityId other = new(Counter.Name, "other"), unused = new(Counter.Name, "unused");
        await using var engine = await CreateAsync(With(async (context, n) =>
        {
            for (var i = 1; i <= n; i++)
            {
                var seen = await Task.WhenAll(context.CallAsync(Shared, Counter.Add, 1), context.CallAsync(other, Counter.Add, 100));
                if (seen[0] != i || seen[1] != 100 * i)
                    throw new InvalidOperationException($"Round {i} saw {seen[0]} and {seen[1]}.");
            }
            await context.CallAsync(other, Counter.Delete, default);
            return await context.CallAsync(Shared, Counter.Add, 0) + await context.CallAsync(other, Counter.Add, 0);
        }));

        await engine.Client.ScheduleAsync(Main, 5, "main");

        Succeeds(5, await engine.Client.WaitAsync("main", Patience()));
        Assert.Equal(new Count(5), await engine.Client.ReadEntityAsync<Count>(Shared));
        Assert.Equal(new Count(0), await engine.Client.ReadEntityAsync<Count>(other));
        Assert.Null(await engine.Client.ReadEntityAsync<Count>(unused));
    }

    [Fact]
    public async Task A_deleted_entity_has_no_state()
    {
        await using var engine = await CreateAsync(With(async (context, _) =>
        {
            await context.CallAsync(Shared, Counter.Add, 5);
            await context.CallAsync(Shared, Counter.Delete, default);
            return 0;
        }));

        await engine.Client.ScheduleAsync(Main, 0, "main");
        await engine.Client.WaitAsync("main", Patience());

        Assert.Null(await engine.Client.ReadEntityAsync<Count>(Shared));
    }
}
