using DurableTrainer.Durable;

namespace DurableTrainer.Engine.Tests.Histories;

/// <summary>
/// Instances that did something of everything and then wait: their journals are committed with the version that wrote them, and each later
/// version must be able to go on. What they do must never be changed here; what is new gets a story of its own.
/// </summary>
internal static class GoldenStory
{
    public const string MainId = "main";
    public const string AgainId = "again";

    public static readonly EventName<int> Go = new("go");

    private static readonly OrchestratorName<int, int> Main = new("Main");
    private static readonly OrchestratorName<int, int> Part = new("Part");
    private static readonly OrchestratorName<int, int> Again = new("Again");
    private static readonly ActivityName<int, int> Square = new("Square");
    private static readonly ActivityName<int, int> Flaky = new("Flaky");
    private static readonly EntityId Total = new(Counter.Name, "golden");

    /// <param name="first">The activity that is called first: <c>Square</c> when the history was written.</param>
    public static DurableRegistry Registry(string first = "Square") => new DurableRegistry()
        .Orchestrator(Main, async (context, start) =>
        {
            var sum = await context.CallAsync(new ActivityName<int, int>(first), start);
            sum += await context.CallAsync(Flaky, 10, new RetryPolicy(2, TimeSpan.FromMilliseconds(1)));
            await context.Timer(TimeSpan.FromMilliseconds(1));
            sum += (await Task.WhenAll(Enumerable.Range(0, 3).Select(i => context.CallAsync(Part, i, $"{context.InstanceId}/{i}")))).Sum();
            sum += await context.CallAsync(Total, Counter.Add, sum);
            context.SetStatus(new Count(sum));
            sum += await context.WaitForEvent(Go);
            return sum + await context.CallAsync(Square, 2);
        })
        .Orchestrator(Part, async (context, i) =>
        {
            context.Signal(Total, Counter.Add, 100);
            return await context.CallAsync(Square, i);
        })
        .Orchestrator(Again, async (context, round) =>
        {
            await context.CallAsync(Square, round);
            if (round < 40)
            {
                context.ContinueAsNew(round + 1);
                return 0;
            }

            context.SetStatus(new Count(round));
            return round + await context.WaitForEvent(Go);
        })
        .Activity(Square, x => x * x)
        .Activity(new ActivityName<int, int>("Other"), x => x * x)
        .Activity(Flaky, (context, x, _) => context.Attempt == 1 ? throw new IOException("not yet") : Task.FromResult(x))
        .Add(Counter.Name, () => new Counter());

    /// <summary>Writes a journal with a snapshot and segments after it, in which both wait for an event.</summary>
    public static async Task WriteAsync(string folder)
    {
        await using var engine = await EmbeddedEngine.OpenAsync(new()
        {
            Folder = folder,
            Registry = Registry(),
            SegmentBytes = 4_000,
            SnapshotEveryBytes = 6_000,
        });
        engine.Start();
        await engine.Client.ScheduleAsync(Main, 3, MainId);
        await WaitsAsync(engine, MainId);
        await engine.Client.ScheduleAsync(Again, 1, AgainId);
        await WaitsAsync(engine, AgainId);
    }

    private static async Task WaitsAsync(EmbeddedEngine engine, string id)
    {
        while ((await engine.Client.GetAsync(id))!.CustomStatus is null)
            await Task.Delay(1);
    }
}
