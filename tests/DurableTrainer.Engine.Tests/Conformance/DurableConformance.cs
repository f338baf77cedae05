using DurableTrainer.Durable;

namespace DurableTrainer.Engine.Tests.Conformance;

/// <summary>A running engine of any kind, as the conformance suite uses it.</summary>
public interface IConformingEngine : IAsyncDisposable
{
    DurableClient Client { get; }

    /// <summary>Lets time pass: at once on an engine with a clock of its own, by waiting on one that lives in real time.</summary>
    Task PassTimeAsync(TimeSpan time);
}

/// <summary>
/// What every implementation of the durable surface must do. An engine joins by deriving from this class; nothing here knows which one it is.
/// </summary>
public abstract partial class DurableConformance
{
    protected static readonly OrchestratorName<int, int> Main = new("Main");
    protected static readonly ActivityName<int, int> Twice = new("Twice");

    /// <summary>A span of time that is passed: long on an engine with a clock of its own, short on one that lives in real time.</summary>
    protected virtual TimeSpan While => TimeSpan.FromHours(1);

    /// <summary>Starts an engine that runs what the registry holds.</summary>
    protected abstract Task<IConformingEngine> CreateAsync(DurableRegistry registry);

    /// <summary>Runs one instance of <see cref="Main"/> to its end.</summary>
    protected async Task<InstanceState> RunAsync(DurableRegistry registry, int input = 0)
    {
        await using var engine = await CreateAsync(registry);
        await engine.Client.ScheduleAsync(Main, input, "main");
        return await engine.Client.WaitAsync("main", Patience());
    }

    protected static DurableRegistry With(Func<OrchestrationContext, int, Task<int>> main) =>
        new DurableRegistry()
            .Orchestrator(Main, main)
            .Activity(Twice, x => 2 * x)
            .Add(Counter.Name, () => new Counter());

    /// <summary>No test waits for a time; this only turns a hang into a failure.</summary>
    protected static CancellationToken Patience() => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    protected static void Succeeds(int expected, InstanceState state)
    {
        Assert.True(state.Status == InstanceStatus.Completed, $"{state.Status}: {state.Failure}");
        Assert.Equal(expected, state.ReadOutput<int>());
    }
}
