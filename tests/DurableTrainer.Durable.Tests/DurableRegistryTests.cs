namespace DurableTrainer.Durable.Tests;

public class DurableRegistryTests
{
    private static readonly ActivityName<int, string> Say = new("Say");
    private static readonly OrchestratorName<int, int> Main = new("Main");

    [Fact]
    public async Task What_is_registered_runs_on_json()
    {
        var registry = new DurableRegistry().Add(Say, () => new SayActivity(), maxConcurrency: 2).Add(Main, () => new MainOrchestrator());

        var entry = registry.Activities["Say"];
        Assert.Equal(2, entry.MaxConcurrency);
        Assert.Equal("\"attempt 3 of i-1 says 7\"", await entry.Run(new ActivityContext("i-1", "Say", 3), "7", default));
        Assert.Equal("8", await registry.Orchestrators["Main"].Run(null!, "7"));
    }

    [Fact]
    public void A_name_that_is_taken_is_refused()
    {
        var registry = new DurableRegistry().Add(Say, () => new SayActivity()).Add(Main, () => new MainOrchestrator()).Add("Notes", () => new NotesEntity());

        Assert.Contains("Say", Assert.Throws<ArgumentException>(() => registry.Add(Say, () => new SayActivity())).Message, StringComparison.Ordinal);
        Assert.Contains("Main", Assert.Throws<ArgumentException>(() => registry.Add(Main, () => new MainOrchestrator())).Message, StringComparison.Ordinal);
        Assert.Contains("Notes", Assert.Throws<ArgumentException>(() => registry.Add("Notes", () => new NotesEntity())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_activity_is_served_by_each_pool_under_a_name_of_its_own()
    {
        var registry = new DurableRegistry().Add(Say.In("cpu"), () => new SayActivity()).Add(Say.In("gpu"), () => new SayActivity());

        Assert.Equal(["Say.cpu", "Say.gpu"], registry.Activities.Keys.Order());
    }

    private sealed class SayActivity : Activity<int, string>
    {
        public override Task<string> RunAsync(ActivityContext context, int input, CancellationToken cancellation) =>
            Task.FromResult($"attempt {context.Attempt} of {context.InstanceId} says {input}");
    }

    private sealed class MainOrchestrator : Orchestrator<int, int>
    {
        public override Task<int> RunAsync(OrchestrationContext context, int input) => Task.FromResult(input + 1);
    }

    private sealed class NotesEntity : Entity<string>;
}
