using DurableTrainer.Durable;
using DurableTrainer.DurableTask.Tests.BackEnd;
using DurableTrainer.Engine.Tests;
using DurableTrainer.Engine.Tests.Conformance;

namespace DurableTrainer.DurableTask.Tests;

/// <summary>
/// Durable Task as an implementation of the durable surface. Three tests are told again: there Durable Task does otherwise, in its core,
/// which no adapter can reach.
/// </summary>
public sealed class DurableTaskConformanceTests : DurableConformance
{
    protected override TimeSpan While => TimeSpan.FromSeconds(1);

    protected override async Task<IConformingEngine> CreateAsync(DurableRegistry registry) =>
        new DurableTaskUnderTest(await TaskHub.StartAsync(registry));

    /// <summary>An orchestration ends only when its calls have: a parent that has failed is seen to fail after its child.</summary>
    public override async Task A_child_goes_on_when_its_parent_has_failed()
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
        await ReadWhen(engine, "child", _ => true);
        await engine.Client.RaiseEventAsync("child", go, 7);

        Succeeds(7, await engine.Client.WaitAsync("child", Patience()));
        Assert.True((await engine.Client.WaitAsync("main", Patience())).Failure!.Is<FormatException>());
    }

    /// <summary>What is awaited is not known: such an orchestration stays as it is until somebody ends it.</summary>
    public override async Task Awaiting_anything_but_the_context_fails_the_instance_and_says_so()
    {
        var never = new TaskCompletionSource<int>();
        await using var engine = await CreateAsync(With(async (context, _) =>
        {
            await context.CallAsync(Twice, 1);
            context.SetStatus(new Count(1));
            return await never.Task;
        }));
        await engine.Client.ScheduleAsync(Main, 0, "main");
        await ReadWhen(engine, "main", state => state is { CustomStatus: not null, Status: InstanceStatus.Running });

        await engine.Client.TerminateAsync("main", "stuck");

        Assert.Equal(InstanceStatus.Terminated, (await engine.Client.WaitAsync("main", Patience())).Status);
    }

    /// <summary>Replay compares kinds and names of calls, not their inputs.</summary>
    public override async Task An_orchestrator_that_does_otherwise_on_replay_fails()
    {
        var runs = 0;
        var state = await RunAsync(With((context, x) =>
            context.CallAsync(new ActivityName<int, int>(Interlocked.Increment(ref runs) == 1 ? Twice.Name : "Other"), x)));

        Assert.Equal(InstanceStatus.Failed, state.Status);
        Assert.True(state.Failure!.Is<NonDeterminismException>(), state.Failure.ToString());
        Assert.Contains("'Twice'", state.Failure.Message, StringComparison.Ordinal);
        Assert.Contains("'Other'", state.Failure.Message, StringComparison.Ordinal);
    }
}

internal sealed class DurableTaskUnderTest(TaskHub hub) : IConformingEngine
{
    public DurableClient Client => hub.Client;

    public Task PassTimeAsync(TimeSpan time) => Task.Delay(time);

    public ValueTask DisposeAsync() => hub.DisposeAsync();
}
