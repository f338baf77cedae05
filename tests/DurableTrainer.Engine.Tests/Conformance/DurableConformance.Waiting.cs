using DurableTrainer.Durable;

namespace DurableTrainer.Engine.Tests.Conformance;

public abstract partial class DurableConformance
{
    private static readonly EventName<int> Number = new("number");
    private static readonly EventName<int> Other = new("other");

    [Fact]
    public async Task An_event_raised_before_the_start_is_there_when_it_is_waited_for()
    {
        await using var engine = await CreateAsync(With((context, _) => context.WaitForEvent(Number)));
        var start = (await Now(engine)) + While;

        await engine.Client.ScheduleAsync(Main, 0, "main", start);
        await engine.Client.RaiseEventAsync("main", Number, 7);
        Assert.Equal(InstanceStatus.Pending, (await engine.Client.GetAsync("main"))!.Status);
        await engine.PassTimeAsync(While);

        Succeeds(7, await engine.Client.WaitAsync("main", Patience()));
    }

    [Fact]
    public async Task Events_are_kept_per_name_and_taken_in_the_order_in_which_they_were_raised()
    {
        await using var engine = await CreateAsync(With(async (context, _) =>
        {
            var other = await context.WaitForEvent(Other);
            return other + (100 * await context.WaitForEvent(Number)) + (10 * await context.WaitForEvent(Number));
        }));

        await engine.Client.ScheduleAsync(Main, 0, "main");
        await engine.Client.RaiseEventAsync("main", Number, 1);
        await engine.Client.RaiseEventAsync("main", Number, 2);
        await engine.Client.RaiseEventAsync("main", Other, 3);

        Succeeds(123, await engine.Client.WaitAsync("main", Patience()));
    }

    [Fact]
    public async Task Events_that_nobody_took_survive_continuing_as_new()
    {
        await using var engine = await CreateAsync(With(async (context, sum) =>
        {
            var number = await context.WaitForEvent(Number);
            if (number == 0)
                return sum;
            context.ContinueAsNew(sum + number);
            return -1;
        }));

        await engine.Client.ScheduleAsync(Main, 0, "main");
        foreach (var number in new[] { 1, 2, 3, 4, 0 })
            await engine.Client.RaiseEventAsync("main", Number, number);

        Succeeds(10, await engine.Client.WaitAsync("main", Patience()));
    }

    [Fact]
    public async Task A_cancelled_wait_leaves_the_event_to_the_next_one()
    {
        await using var engine = await CreateAsync(With(async (context, _) =>
        {
            using var cancellation = new CancellationTokenSource();
            var cancelled = context.WaitForEvent(Number, cancellation.Token);
            cancellation.Cancel();
            try
            {
                return await cancelled;
            }
            catch (OperationCanceledException)
            {
                return 10 * await context.WaitForEvent(Number);
            }
        }));

        await engine.Client.ScheduleAsync(Main, 0, "main");
        await engine.Client.RaiseEventAsync("main", Number, 4);

        Succeeds(40, await engine.Client.WaitAsync("main", Patience()));
    }

    [Fact]
    public async Task An_event_for_nobody_is_refused()
    {
        await using var engine = await CreateAsync(With((_, x) => Task.FromResult(x)));

        await Assert.ThrowsAsync<InstanceNotFoundException>(() => engine.Client.RaiseEventAsync("nobody", Number, 1));
    }

    [Fact]
    public async Task A_timer_completes_when_its_time_has_come()
    {
        await using var engine = await CreateAsync(With(async (context, _) =>
        {
            var before = context.UtcNow;
            await context.Timer(While);
            return context.UtcNow - before >= While ? 1 : 0;
        }));

        await engine.Client.ScheduleAsync(Main, 0, "main");
        await engine.Client.GetAsync("main");
        var end = engine.Client.WaitAsync("main", Patience());
        while (!end.IsCompleted)
        {
            await engine.PassTimeAsync(While / 5);
            await engine.Client.GetAsync("main");
        }

        Succeeds(1, await end);
    }

    [Fact]
    public async Task A_timer_in_the_past_completes_at_once() =>
        Succeeds(1, await RunAsync(With(async (context, _) =>
        {
            await context.Timer(TimeSpan.FromDays(-1));
            await context.Timer(TimeSpan.Zero);
            return 1;
        })));

    [Fact]
    public async Task The_first_of_an_event_and_a_timer_wins_and_the_timer_is_cancelled()
    {
        await using var engine = await CreateAsync(With(async (context, _) =>
        {
            using var cancellation = new CancellationTokenSource();
            var timer = context.Timer(TimeSpan.FromDays(365), cancellation.Token);
            var raised = context.WaitForEvent(Number);
            var first = await Task.WhenAny(timer, raised);
            cancellation.Cancel();
            return first == raised && timer.IsCanceled ? await raised : -1;
        }));

        await engine.Client.ScheduleAsync(Main, 0, "main");
        await engine.Client.RaiseEventAsync("main", Number, 8);

        Succeeds(8, await engine.Client.WaitAsync("main", Patience()));
    }

    [Fact]
    public async Task Results_reach_the_code_in_the_order_in_which_they_arrived()
    {
        await using var engine = await CreateAsync(With(async (context, _) =>
        {
            var waiting = Enumerable.Range(0, 3).Select(i => context.WaitForEvent(new EventName<int>("e" + i))).ToList();
            var order = 0;
            while (waiting.Count > 0)
            {
                var first = await Task.WhenAny(waiting);
                waiting.Remove(first);
                order = (10 * order) + await first;
            }
            return order;
        }));

        await engine.Client.ScheduleAsync(Main, 0, "main");
        foreach (var i in new[] { 2, 0, 1 })
            await engine.Client.RaiseEventAsync("main", new EventName<int>("e" + i), i + 1);

        Succeeds(312, await engine.Client.WaitAsync("main", Patience()));
    }

    private static async Task<DateTimeOffset> Now(IConformingEngine engine)
    {
        await engine.Client.ScheduleAsync(Main, 0, "clock");
        var created = (await engine.Client.GetAsync("clock"))!.CreatedAt;
        await engine.Client.TerminateAsync("clock", "only told the time");
        return created;
    }
}
