using DurableTrainer.Durable;

namespace DurableTrainer.Engine.Tests.Crashes;

/// <summary>
/// A run with something of everything — activities with retries, timers, children, entities, events, continuing as new — that can be
/// driven again and again over the same disk, and comes to the same end however often it was interrupted.
/// </summary>
internal static class Story
{
    private static readonly OrchestratorName<int, int> Parent = new("Parent");
    private static readonly OrchestratorName<int, int> Child = new("Child");
    private static readonly ActivityName<int, int> Square = new("Square");
    private static readonly ActivityName<int, int> Flaky = new("Flaky");
    private static readonly EventName<int> Go = new("go");
    private static readonly EntityId Total = new(Counter.Name, "total");

    private static DurableRegistry Registry() => new DurableRegistry()
        .Orchestrator(Parent, async (context, round) =>
        {
            var children = await Task.WhenAll(
                Enumerable.Range(0, 3).Select(i => context.CallAsync(Child, i, $"{context.InstanceId}/{round}/{i}")));
            await context.CallAsync(Total, Counter.Add, children.Sum());
            context.SetStatus(new Count(round));
            if (round < 3)
            {
                context.ContinueAsNew(round + 1);
                return 0;
            }
            var go = await context.WaitForEvent(Go);
            return go + await context.CallAsync(Total, Counter.Add, 0);
        })
        .Orchestrator(Child, async (context, i) =>
        {
            var square = await context.CallAsync(Square, i);
            await context.Timer(TimeSpan.FromSeconds(i));
            context.Signal(Total, Counter.Add, 1000);
            return square + await context.CallAsync(Flaky, i, new RetryPolicy(3, TimeSpan.FromSeconds(1)));
        })
        .Activity(Square, x => x * x)
        .Activity(Flaky, (context, x, _) => context.Attempt == 1 ? throw new IOException("not yet") : Task.FromResult(x))
        .Add(Counter.Name, () => new Counter());

    /// <summary>Drives the story to its end.</summary>
    /// <param name="files">The disk, which may crash.</param>
    /// <param name="time">The clock of this and later drives.</param>
    /// <param name="seen">What was seen from outside, in this drive and those before; none of it may be gone after a crash.</param>
    /// <returns>What it came to.</returns>
    /// <exception cref="DurableException">The disk failed on the way.</exception>
    public static async Task<string> DriveAsync(CrashingFiles files, ManualTime time, HashSet<string> seen)
    {
        await using var engine = await EmbeddedEngine.OpenAsync(new()
        {
            Folder = null,
            Files = files,
            Registry = Registry(),
            Time = time,
            CheckReplay = true,
            SpaceChanged = full =>
            {
                if (full is not null)
                    files.MakeRoom();
            },
            SegmentBytes = 4_000,
            SnapshotEveryBytes = 10_000,
        });
        await SeeAsync(engine, seen);
        engine.Start();
        await AskAsync(async () =>
        {
            try
            {
                await engine.Client.ScheduleAsync(Parent, 1, "story");
            }
            catch (InstanceExistsException)
            {
                // It was recorded before the crash, or while the disk was full.
            }
            return 0;
        });
        await AskAsync(async () =>
        {
            await engine.Client.RaiseEventAsync("story", Go, 5);
            return 0;
        });
        var end = AskAsync(() => engine.Client.WaitAsync("story"));
        while (!end.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await SeeAsync(engine, seen);
        }
        await end;
        return string.Join('\n', (await SeeAsync(engine, seen)).Order(StringComparer.Ordinal)) + '\n' + await AskAsync(() => engine.Client.ReadEntityAsync<Count>(Total));
    }

    /// <summary>Asks again what was refused because the disk was full.</summary>
    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (DiskFullException)
            {
                await Task.Yield();
            }
        }
    }

    private static async Task<List<string>> SeeAsync(EmbeddedEngine engine, HashSet<string> seen)
    {
        var page = await AskAsync(() => engine.Client.ListAsync(new()));
        var ended = page.Instances.Where(i => i.HasEnded).Select(i => $"{i.InstanceId} {i.Status} {i.Output} {i.CustomStatus}").ToList();
        Assert.Subset(ended.ToHashSet(), seen);
        seen.UnionWith(ended);
        return ended;
    }
}
