using DurableTrainer.Durable;
using DurableTrainer.Engine.Tests.Histories;

namespace DurableTrainer.Engine.Tests.Crashes;

/// <summary>
/// What the killed process does: raises numbered events and runs numbered activities, and says on its output what was acknowledged.
/// The test assembly itself is that process, started with the folder as its only argument.
/// </summary>
internal static class Victim
{
    public static readonly OrchestratorName<int, int> Collector = new("Collector");
    public static readonly OrchestratorName<int, int> Worker = new("Worker");
    public static readonly EventName<int> Number = new("number");
    public static readonly EntityId Collected = new("collected", "all");
    public static readonly EntityOperation<int, int> Collect = new("collect");
    private static readonly ActivityName<int, int> Step = new("Step");

    public static DurableRegistry Registry(Action<int> ran) => new DurableRegistry()
        .Orchestrator(Collector, async (context, seen) =>
        {
            for (var i = 0; i < 20; i++)
                await context.CallAsync(Collected, Collect, await context.WaitForEvent(Number));
            context.ContinueAsNew(seen + 20);
            return seen;
        })
        .Orchestrator(Worker, async (context, from) =>
        {
            for (var step = from; step < from + 20; step++)
            {
                await context.CallAsync(Step, step);
                context.SetStatus(new Count(step));
            }
            context.ContinueAsNew(from + 20);
            return from;
        })
        .Activity(Step, step =>
        {
            ran(step);
            return step;
        })
        .Add(Collected.Name, () => new Collection());

    public static async Task<int> Main(string[] arguments)
    {
        // How a golden history is made, once for each version of the journal's format: docs/engine.md.
        if (arguments is ["write-history", var folder])
        {
            await GoldenStory.WriteAsync(folder);
            return 0;
        }

        using var ran = new StreamWriter(Path.Combine(arguments[0], "..", "ran"), append: true) { AutoFlush = true };
        await using var engine = await EmbeddedEngine.OpenAsync(new()
        {
            Folder = arguments[0],
            Registry = Registry(step =>
            {
                lock (ran)
                    ran.WriteLine(step);
            }),
            SegmentBytes = 4_000,
            SnapshotEveryBytes = 20_000,
        });
        engine.Start();
        await ScheduleOnce(engine, Collector);
        await ScheduleOnce(engine, Worker);
        var next = int.Parse(arguments[1], System.Globalization.CultureInfo.InvariantCulture);
        while (true)
        {
            await engine.Client.RaiseEventAsync(Collector.Name, Number, next);
            Console.WriteLine($"raised {next++}");
            if ((await engine.Client.GetAsync(Worker.Name))?.CustomStatus is { } status)
                Console.WriteLine($"done {DurableJson.Deserialize<Count>(status).Value}");
        }
    }

    private static async Task ScheduleOnce(EmbeddedEngine engine, OrchestratorName<int, int> orchestrator)
    {
        try
        {
            await engine.Client.ScheduleAsync(orchestrator, 1, orchestrator.Name);
        }
        catch (InstanceExistsException)
        {
            // An earlier round did.
        }
    }

    public sealed record Numbers(IReadOnlyList<int> All);

    private sealed class Collection : Entity<Numbers>
    {
        public Collection() => On(Collect, (state, number) => (new Numbers([.. state?.All ?? [], number]), number));
    }
}
