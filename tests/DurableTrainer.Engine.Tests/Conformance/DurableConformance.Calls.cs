using DurableTrainer.Durable;

namespace DurableTrainer.Engine.Tests.Conformance;

public abstract partial class DurableConformance
{
    [Fact]
    public async Task An_orchestration_gives_what_its_activity_gave() =>
        Succeeds(42, await RunAsync(With((context, x) => context.CallAsync(Twice, x)), 21));

    [Fact]
    public async Task Activities_run_side_by_side_and_their_results_keep_their_places()
    {
        var state = await RunAsync(With(async (context, n) =>
        {
            var results = await Task.WhenAll(Enumerable.Range(0, n).Select(i => context.CallAsync(Twice, i)));
            return results.Select((result, i) => result == 2 * i ? 1 : 0).Sum();
        }), 100);

        Succeeds(100, state);
    }

    [Fact]
    public async Task A_failed_activity_shows_the_original_type_and_message()
    {
        var state = await RunAsync(With(async (context, _) =>
        {
            try
            {
                return await context.CallAsync(new ActivityName<int, int>("Fail"), 0);
            }
            catch (ActivityFailedException exception)
            {
                Assert.True(exception.Failure.Is<FormatException>());
                Assert.Equal("no such format", exception.Failure.Message);
                return 1;
            }
        }).Activity(new ActivityName<int, int>("Fail"), _ => throw new FormatException("no such format")));

        Succeeds(1, state);
    }

    [Fact]
    public async Task An_orchestrator_that_throws_fails_with_what_it_threw()
    {
        var state = await RunAsync(With((_, _) => throw new FormatException("not that way")));

        Assert.Equal(InstanceStatus.Failed, state.Status);
        Assert.True(state.Failure!.Is<FormatException>());
        Assert.Equal("not that way", state.Failure.Message);
    }

    [Fact]
    public async Task A_failed_activity_is_tried_again_as_its_policy_says()
    {
        var attempts = new List<int>();
        var flaky = new ActivityName<int, int>("Flaky");
        var registry = With((context, _) => context.CallAsync(flaky, 0, new RetryPolicy(5, TimeSpan.FromSeconds(1))))
            .Activity(flaky, (context, _, _) =>
            {
                lock (attempts)
                    attempts.Add(context.Attempt);
                return context.Attempt < 3 ? throw new IOException("not yet") : Task.FromResult(context.Attempt);
            });
        await using var engine = await CreateAsync(registry);

        await engine.Client.ScheduleAsync(Main, 0, "main");
        var end = engine.Client.WaitAsync("main", Patience());
        while (!end.IsCompleted)
        {
            await engine.PassTimeAsync(TimeSpan.FromSeconds(1));
            await engine.Client.GetAsync("main");
        }

        Succeeds(3, await end);
        Assert.Equal([1, 2, 3], attempts);
    }

    [Fact]
    public async Task A_failure_that_the_policy_does_not_handle_is_not_tried_again()
    {
        var attempts = 0;
        var fail = new ActivityName<int, int>("Fail");
        var policy = new RetryPolicy(5, TimeSpan.FromSeconds(1), Handles: failure => !failure.Is<FormatException>());
        var state = await RunAsync(With((context, _) => context.CallAsync(fail, 0, policy)).Activity(fail, _ =>
        {
            Interlocked.Increment(ref attempts);
            throw new FormatException();
        }));

        Assert.Equal(InstanceStatus.Failed, state.Status);
        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task A_child_gives_its_result_to_its_parent()
    {
        var child = new OrchestratorName<int, int>("Child");
        var state = await RunAsync(
            With((context, x) => context.CallAsync(child, x, context.InstanceId + "/child"))
                .Orchestrator(child, async (context, x) => await context.CallAsync(Twice, x) + 1),
            20);

        Succeeds(41, state);
    }

    [Fact]
    public async Task A_failed_child_is_seen_by_its_parent()
    {
        var child = new OrchestratorName<int, int>("Child");
        var state = await RunAsync(
            With(async (context, x) =>
            {
                try
                {
                    return await context.CallAsync(child, x, "child");
                }
                catch (SubOrchestrationFailedException exception) when (exception.Failure.Is<FormatException>())
                {
                    return exception.InstanceId.Length;
                }
            }).Orchestrator(child, (_, _) => throw new FormatException()));

        Succeeds(5, state);
    }

    [Fact]
    public virtual async Task A_child_goes_on_when_its_parent_has_failed()
    {
        var child = new OrchestratorName<int, int>("Child");
        var go = new EventName<int>("go");
        await using var engine = await CreateAsync(
            With(async (context, x) =>
            {
                _ = context.CallAsync(child, x, "child");
                await context.CallAsync(Twice, x);
                throw new FormatException();
            }).Orchestrator(child, (context, _) => context.WaitForEvent(go)));

        await engine.Client.ScheduleAsync(Main, 1, "main");
        Assert.Equal(InstanceStatus.Failed, (await engine.Client.WaitAsync("main", Patience())).Status);
        await engine.Client.RaiseEventAsync("child", go, 7);

        Succeeds(7, await engine.Client.WaitAsync("child", Patience()));
    }

    [Fact]
    public async Task A_child_id_that_is_taken_fails_the_call()
    {
        var state = await RunAsync(With(async (context, x) =>
        {
            try
            {
                return await context.CallAsync(Main, x, context.InstanceId);
            }
            catch (SubOrchestrationFailedException exception) when (exception.Failure.Is<InstanceExistsException>())
            {
                return 1;
            }
        }));

        Succeeds(1, state);
    }

    [Fact]
    public async Task Identifiers_and_time_are_the_same_on_replay_and_differ_among_themselves()
    {
        var state = await RunAsync(With(async (context, _) =>
        {
            var (id, time) = (context.NewGuid(), context.UtcNow);
            await context.CallAsync(new ActivityName<string, int>("Keep"), $"{id} {time:O}");
            return id == context.NewGuid() ? 0 : 1;
        }).Activity(new ActivityName<string, int>("Keep"), _ => 0));

        Succeeds(1, state);
    }
}
