using DurableTrainer.Durable;

namespace DurableTrainer.Engine.Tests.Running;

/// <summary>More instances than there is memory for their code: those that stood still for longest are replayed when they go on.</summary>
public class AwakeInstancesTests
{
    private static readonly OrchestratorName<int, int> Summing = new("Summing");
    private static readonly ActivityName<int, int> Twice = new("Twice");
    private static readonly EventName<int> Number = new("number");

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task However_few_are_kept_in_memory_all_come_to_the_same_end(int most)
    {
        const int instances = 20;
        var starts = 0;
        await using var engine = await EmbeddedEngine.OpenAsync(new()
        {
            Folder = null,
            CheckReplay = true,
            InstancesInMemory = most,
            Registry = new DurableRegistry()
                .Orchestrator(Summing, async (context, start) =>
                {
                    if (!context.IsReplaying)
                        Interlocked.Increment(ref starts);
                    var sum = start;
                    for (var i = 0; i < 3; i++)
                        sum += await context.CallAsync(Twice, await context.WaitForEvent(Number));
                    return sum;
                })
                .Activity(Twice, x => 2 * x),
        });
        engine.Start();
        for (var i = 0; i < instances; i++)
            await engine.Client.ScheduleAsync(Summing, i, $"sum-{i}");
        for (var round = 1; round <= 3; round++)
        {
            for (var i = 0; i < instances; i++)
                await engine.Client.RaiseEventAsync($"sum-{i}", Number, round);
        }

        for (var i = 0; i < instances; i++)
            Assert.Equal(i + 12, (await engine.Client.WaitAsync($"sum-{i}")).ReadOutput<int>());
        Assert.Equal(instances, starts);
    }
}
