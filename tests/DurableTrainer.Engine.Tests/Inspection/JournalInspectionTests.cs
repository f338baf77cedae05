using DurableTrainer.Durable;
using DurableTrainer.Engine.Inspection;
using DurableTrainer.Engine.Journal;

namespace DurableTrainer.Engine.Tests.Inspection;

/// <summary>What is told of a journal, whole or not; and that nothing of it is changed.</summary>
public sealed class JournalInspectionTests : IDisposable
{
    private static readonly OrchestratorName<int, int> Twice = new("Twice");
    private static readonly OrchestratorName<int, int> Waiting = new("Waiting");
    private static readonly ActivityName<int, int> Double = new("Double");
    private static readonly EventName<int> Number = new("number");

    private readonly TemporaryFolder folder = new();

    [Fact]
    public async Task A_whole_journal_tells_what_is_in_it()
    {
        await WriteAsync(ended: 3, waiting: 2);

        var report = Read();

        Assert.Null(report.Damage);
        Assert.Equal((false, 0L, 0, 0), (report.IsInUse, report.TornBytes, report.Entities, report.PendingActivities));
        Assert.Equal([(InstanceStatus.Running, 2), (InstanceStatus.Completed, 3)], report.Instances.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value)));
        var file = Assert.Single(report.Files);
        Assert.Equal((JournalFormat.SegmentName(1), JournalFileKind.Segment, new FileInfo(Segment).Length), (file.Name, file.Kind, file.Bytes));
        Assert.Equal(file.Bytes, file.SoundBytes);
        Assert.InRange(file.Frames, 1, file.Records);
    }

    [Fact]
    public async Task A_torn_tail_is_told_as_what_the_next_start_cuts_off()
    {
        await WriteAsync(ended: 2, waiting: 0);
        var whole = await File.ReadAllBytesAsync(Segment);
        await File.WriteAllBytesAsync(Segment, [.. whole, 1, 2, 3, 4, 5]);

        var report = Read();

        Assert.Null(report.Damage);
        Assert.Equal(5, report.TornBytes);
        Assert.Equal((whole.Length + 5L, (long)whole.Length), (report.Files[0].Bytes, report.Files[0].SoundBytes));
    }

    [Fact]
    public async Task Damage_is_told_with_its_place_and_so_is_what_came_before()
    {
        await WriteAsync(ended: 3, waiting: 0);
        var bytes = await File.ReadAllBytesAsync(Segment);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(Segment, bytes);

        var report = Read();

        Assert.Equal(JournalFormat.SegmentName(1), report.Damage!.Segment);
        Assert.Equal(report.Files[0].SoundBytes, report.Damage.Offset);
        Assert.True(report.Instances.Values.Sum() <= 3);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Segment));
    }

    [Fact]
    public async Task Snapshots_segments_and_what_a_crash_left_are_told_apart()
    {
        await WriteAsync(ended: 40, waiting: 1, small: true);
        await File.WriteAllBytesAsync(folder.At(JournalFormat.SnapshotName(999) + JournalFormat.Unfinished), [1, 2]);

        var report = Read();

        Assert.Null(report.Damage);
        Assert.Equal(JournalFileKind.Snapshot, report.Files[0].Kind);
        Assert.Equal(JournalFileKind.Segment, report.Files[1].Kind);
        Assert.Equal((JournalFileKind.LeftOver, 0L), (report.Files[^1].Kind, report.Files[^1].SoundBytes));
        Assert.Equal(41, report.Instances.Values.Sum());
    }

    [Fact]
    public async Task One_that_an_engine_works_on_is_told_so_and_the_engine_is_not_disturbed()
    {
        await using var engine = await OpenAsync();
        engine.Start();
        await engine.Client.ScheduleAsync(Twice, 1, "a");
        await engine.Client.WaitAsync("a");

        var report = Read();

        Assert.True(report.IsInUse);
        Assert.Equal(1, report.Instances[InstanceStatus.Completed]);
        await engine.Client.ScheduleAsync(Twice, 2, "b");
        await engine.Client.WaitAsync("b");
    }

    [Fact]
    public async Task Nothing_is_written()
    {
        await WriteAsync(ended: 2, waiting: 1);
        await File.AppendAllBytesAsync(Segment, [9, 9, 9]);
        var before = Contents();

        Read();

        Assert.Equal(before, Contents());
    }

    [Fact]
    public void A_folder_that_is_none_is_told() =>
        Assert.Contains(folder.At("nothing"), Assert.Throws<JournalException>(() => JournalInspection.Read(folder.At("nothing"))).Message, StringComparison.Ordinal);

    public void Dispose() => folder.Dispose();

    private string Segment => folder.At(JournalFormat.SegmentName(1));

    private JournalReport Read() => JournalInspection.Read(folder.Path);

    private string Contents() => string.Join(
        '\n', Directory.GetFiles(folder.Path).Order().Select(file => $"{file} {Convert.ToHexString(File.ReadAllBytes(file))} {File.GetLastWriteTimeUtc(file):O}"));

    private Task<EmbeddedEngine> OpenAsync(bool small = false)
    {
        var registry = new DurableRegistry()
            .Orchestrator(Twice, (context, x) => context.CallAsync(Double, x))
            .Orchestrator(Waiting, (context, _) => context.WaitForEvent(Number))
            .Activity(Double, x => 2 * x);
        return EmbeddedEngine.OpenAsync(small
            ? new() { Folder = folder.Path, Registry = registry, SegmentBytes = 2_000, SnapshotEveryBytes = 5_000 }
            : new() { Folder = folder.Path, Registry = registry });
    }

    private async Task WriteAsync(int ended, int waiting, bool small = false)
    {
        await using var engine = await OpenAsync(small);
        engine.Start();
        for (var i = 0; i < ended; i++)
        {
            await engine.Client.ScheduleAsync(Twice, i, $"ended-{i}");
            await engine.Client.WaitAsync($"ended-{i}");
        }

        for (var i = 0; i < waiting; i++)
        {
            await engine.Client.ScheduleAsync(Waiting, i, $"waiting-{i}");
            while ((await engine.Client.GetAsync($"waiting-{i}"))!.Status == InstanceStatus.Pending)
                await Task.Yield();
        }
    }
}
