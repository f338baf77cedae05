using DurableTrainer.Durable;

namespace DurableTrainer.Engine.Tests.Crashes;

public class DiskFullTests
{
    private const int NoSpaceLeft = 28;
    private static readonly OrchestratorName<int, int> Waiting = new("Waiting");
    private static readonly EventName<int> Go = new("go");

    private static DurableRegistry Registry() => new DurableRegistry().Orchestrator(Waiting, (context, _) => context.WaitForEvent(Go));

    [Fact]
    public async Task A_full_disk_stops_the_engine_and_what_was_acknowledged_is_still_there()
    {
        var acknowledged = new List<string>();
        var files = new CrashingFiles { FailAt = 20, Failure = () => new("No space left on device", NoSpaceLeft) };

        var engine = await Open(files);
        var refusal = await Assert.ThrowsAsync<EngineStoppedException>(async () =>
        {
            for (var i = 0; ; i++)
            {
                await engine.Client.ScheduleAsync(Waiting, 0, $"i{i}");
                acknowledged.Add($"i{i}");
            }
        });
        var fault = await Assert.ThrowsAsync<JournalException>(() => engine.Fault);
        await Assert.ThrowsAsync<EngineStoppedException>(() => engine.Client.ListAsync(new()));
        await engine.DisposeAsync();

        Assert.Contains("is full", fault.Message, StringComparison.Ordinal);
        Assert.Contains("free some space", refusal.Message, StringComparison.Ordinal);
        Assert.NotEmpty(acknowledged);
        await using var again = await Open(files.Restart(new Random(1)));
        var found = (await again.Client.ListAsync(new())).Instances.Select(i => i.InstanceId).ToList();
        Assert.Empty(acknowledged.Except(found));
        Assert.InRange(found.Count, acknowledged.Count, acknowledged.Count + 1);
    }

    [Fact]
    public async Task Who_waits_for_an_end_is_told_that_the_engine_has_stopped()
    {
        var files = new CrashingFiles { FailAt = 12, Failure = () => new("No space left on device", NoSpaceLeft) };
        await using var engine = await Open(files);
        await engine.Client.ScheduleAsync(Waiting, 0, "a");
        var end = engine.Client.WaitAsync("a");

        while (!engine.Fault.IsCompleted)
        {
            try
            {
                await engine.Client.RaiseEventAsync("b", Go, 1);
            }
            catch (InstanceNotFoundException)
            {
                await engine.Client.SuspendAsync("a", "again and again").ContinueWith(_ => { }, TaskScheduler.Default);
                await engine.Client.ResumeAsync("a").ContinueWith(_ => { }, TaskScheduler.Default);
            }
            catch (EngineStoppedException)
            {
                break;
            }
        }
        await engine.DisposeAsync();

        await Assert.ThrowsAsync<EngineStoppedException>(() => end);
    }

    private static async Task<EmbeddedEngine> Open(CrashingFiles files)
    {
        var engine = await EmbeddedEngine.OpenAsync(new() { Folder = null, Files = files, Registry = Registry() });
        engine.Start();
        return engine;
    }
}
