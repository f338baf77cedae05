using DurableTrainer.Durable;

namespace DurableTrainer.Engine.Tests.Crashes;

public class DiskFullTests
{
    private static readonly OrchestratorName<int, int> Waiting = new("Waiting");
    private static readonly ActivityName<int, int> Twice = new("Twice");
    private static readonly EventName<int> Go = new("go");

    private readonly TaskCompletionSource<DiskFullException> full = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource goesOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int twices;

    [Fact]
    public async Task A_disk_that_is_full_at_any_write_flush_or_rename_only_makes_the_engine_wait_and_leaves_a_sound_journal()
    {
        var expected = await Story.DriveAsync(new(), new(), []);

        for (var step = 1; ; step++)
        {
            var files = new CrashingFiles { FullAt = step };
            var (time, seen) = (new ManualTime(), new HashSet<string>());
            var end = await DriveAsync(files, time, seen);
            var found = await DriveAsync(files.Restart(new Random(step)), time, seen);

            Assert.True(expected == end, $"A disk that was full at step {step} led to:\n{end}\nand not to:\n{expected}");
            Assert.True(expected == found, $"After a disk that was full at step {step}, another start found:\n{found}\nand not:\n{expected}");
            if (!files.WasFull)
                break;
        }
    }

    [Fact]
    public async Task While_the_disk_is_full_everything_is_refused_with_advice_and_nothing_acknowledged_is_lost()
    {
        var files = new CrashingFiles { FullAt = 20 };
        await using var engine = await OpenAsync(files);
        var acknowledged = new List<string>();

        var refusal = await Assert.ThrowsAsync<DiskFullException>(async () =>
        {
            for (var i = 0; ; i++)
            {
                await engine.Client.ScheduleAsync(Waiting, 0, $"i{i}");
                acknowledged.Add($"i{i}");
            }
        });
        await full.Task;
        await Assert.ThrowsAsync<DiskFullException>(() => engine.Client.ListAsync(new()));
        await Assert.ThrowsAsync<DiskFullException>(() => engine.Client.RaiseEventAsync("i0", Go, 1));

        Assert.Contains("free some space", refusal.Message, StringComparison.Ordinal);
        Assert.False(engine.Fault.IsCompleted);
        files.MakeRoom();
        await goesOn.Task;
        var found = (await engine.Client.ListAsync(new())).Instances.Select(i => i.InstanceId).ToList();
        Assert.NotEmpty(acknowledged);
        Assert.Empty(acknowledged.Except(found));
        Assert.InRange(found.Count, acknowledged.Count, acknowledged.Count + 1);
        await engine.Client.RaiseEventAsync("i0", Go, 21);
        Assert.Equal("42", (await engine.Client.WaitAsync("i0")).Output);
    }

    [Fact]
    public async Task Who_waits_for_an_end_waits_through_a_full_disk_in_which_nothing_is_begun()
    {
        var files = new CrashingFiles();
        await using var engine = await OpenAsync(files);
        await engine.Client.ScheduleAsync(Waiting, 0, "a");
        var end = engine.Client.WaitAsync("a");
        // Asked through the engine, so that it is known to wait.
        await engine.Client.GetAsync("a");

        files.FillUp();
        await Assert.ThrowsAsync<DiskFullException>(() => engine.Client.RaiseEventAsync("a", Go, 21));
        await full.Task;

        Assert.False(end.IsCompleted);
        Assert.Equal(0, twices);
        files.MakeRoom();
        Assert.Equal("42", (await end).Output);
    }

    [Fact]
    public async Task An_engine_closed_while_the_disk_is_full_says_so_and_is_found_as_it_was_acknowledged()
    {
        var files = new CrashingFiles();
        var engine = await OpenAsync(files);
        await engine.Client.ScheduleAsync(Waiting, 0, "a");
        var end = engine.Client.WaitAsync("a");
        await engine.Client.GetAsync("a");
        files.FillUp();
        await Assert.ThrowsAsync<DiskFullException>(() => engine.Client.ScheduleAsync(Waiting, 0, "b"));

        await engine.DisposeAsync();

        await Assert.ThrowsAsync<DiskFullException>(() => engine.Fault);
        await Assert.ThrowsAsync<EngineStoppedException>(() => end);
        files.MakeRoom();
        await using var again = await OpenAsync(files.Restart(new Random(1)));
        Assert.Contains("a", (await again.Client.ListAsync(new())).Instances.Select(i => i.InstanceId));
    }

    private static async Task<string> DriveAsync(CrashingFiles files, ManualTime time, HashSet<string> seen)
    {
        while (true)
        {
            try
            {
                return await Story.DriveAsync(files, time, seen);
            }
            // An engine does not start on a full disk.
            catch (JournalException exception) when (exception.Message.Contains("No space left", StringComparison.Ordinal))
            {
                files.MakeRoom();
            }
        }
    }

    private DurableRegistry Registry() => new DurableRegistry()
        .Orchestrator(Waiting, async (context, _) => await context.CallAsync(Twice, await context.WaitForEvent(Go)))
        .Activity(Twice, x =>
        {
            twices++;
            return 2 * x;
        });

    private async Task<EmbeddedEngine> OpenAsync(CrashingFiles files)
    {
        var engine = await EmbeddedEngine.OpenAsync(new()
        {
            Folder = null,
            Files = files,
            Registry = Registry(),
            SpaceChanged = reason =>
            {
                if (reason is null)
                    goesOn.TrySetResult();
                else
                    full.TrySetResult(reason);
            },
        });
        engine.Start();
        return engine;
    }
}
