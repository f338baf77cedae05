using System.Buffers;
using DurableTrainer.Durable;
using DurableTrainer.Engine.Journal;
using DurableTrainer.Engine.Records;
using Xunit.Abstractions;

namespace DurableTrainer.Engine.Tests.Journal;

public sealed class JournalDamageTests(ITestOutputHelper output) : IDisposable
{
    private static readonly OrchestratorName<int, int> Main = new("Main");
    private static readonly ActivityName<int, int> Twice = new("Twice");
    private readonly TemporaryFolder folder = new();

    private static DurableRegistry Registry() => new DurableRegistry()
        .Orchestrator(Main, (context, x) => context.CallAsync(Twice, x))
        .Activity(Twice, x => 2 * x);

    [Fact]
    public async Task A_journal_cut_at_any_byte_recovers_what_was_whole_and_goes_on()
    {
        var whole = await WriteJournal();

        var before = 0;
        for (var length = 0; length <= whole.Length; length++)
        {
            await File.WriteAllBytesAsync(Segment, whole[..length]);
            await using var engine = await Open();
            var found = (await engine.Client.ListAsync(new())).Instances.Count;
            Assert.True(found >= before, $"Cut at {length}, {found} instances are left; cut before that, there were {before}.");
            before = found;
            if (length % 37 == 0)
                await RunOneMore(engine);
        }
        Assert.Equal(3, before);
    }

    [Fact]
    public async Task A_bit_flipped_anywhere_before_the_last_frame_is_refused_and_nothing_is_changed()
    {
        var whole = await WriteJournal();
        var lastFrame = Frames(whole).Last();
        var random = new Random(Soak.Seed(output));

        for (var at = 0; at < lastFrame; at++)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(Segment, damaged);

            var exception = await Assert.ThrowsAsync<JournalException>(() => Open());

            Assert.Equal(Path.GetFileName(Segment), exception.Segment);
            Assert.InRange(exception.Offset!.Value, 0, at);
            Assert.Contains("offset", exception.Message, StringComparison.Ordinal);
            Assert.Equal(damaged, await File.ReadAllBytesAsync(Segment));
            Assert.Equal(["engine.lock", Path.GetFileName(Segment)], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
        }
    }

    [Fact]
    public async Task A_batch_that_lost_any_of_its_pages_in_a_power_cut_is_cut_as_a_whole()
    {
        const int PageBytes = 512;
        var before = await WriteJournal();
        var batch = BatchOf(40);
        byte[] written = [.. before, .. batch];
        Assert.InRange(batch.Length, 5 * PageBytes, 50 * PageBytes);

        for (var from = before.Length; from < written.Length; from += PageBytes)
        {
            var torn = written.ToArray();
            torn.AsSpan(from..Math.Min(from + PageBytes, torn.Length)).Clear();
            await File.WriteAllBytesAsync(Segment, torn);
            await using var engine = await Open();
            Assert.Equal(3, await CountAsync(engine));
            await RunOneMore(engine);
        }

        await File.WriteAllBytesAsync(Segment, written);
        await using var whole = await Open();
        Assert.Equal(43, await CountAsync(whole));
    }

    [Fact]
    public async Task A_batch_that_lost_a_page_before_another_was_flushed_is_damage()
    {
        var before = await WriteJournal();
        byte[] written = [.. before, .. BatchOf(40), .. Frame("late")];
        written.AsSpan(before.Length + 1000, 512).Clear();
        await File.WriteAllBytesAsync(Segment, written);

        var exception = await Assert.ThrowsAsync<JournalException>(() => Open());

        Assert.Equal(before.Length, exception.Offset);
        Assert.Equal(written, await File.ReadAllBytesAsync(Segment));
    }

    [Fact]
    public async Task A_missing_segment_is_refused()
    {
        await using (var engine = await Open(segmentBytes: 200))
        {
            engine.Start();
            for (var i = 0; i < 5; i++)
                await RunOneMore(engine);
        }
        Assert.True(File.Exists(folder.At("segment-0000000003")));
        File.Delete(folder.At("segment-0000000002"));

        var exception = await Assert.ThrowsAsync<JournalException>(() => Open());

        Assert.Equal("segment-0000000002", exception.Segment);
    }

    [Fact]
    public async Task Damage_in_a_segment_that_is_not_the_last_is_refused_even_at_its_end()
    {
        await using (var engine = await Open(segmentBytes: 200))
        {
            engine.Start();
            for (var i = 0; i < 5; i++)
                await RunOneMore(engine);
        }
        var content = await File.ReadAllBytesAsync(Segment);
        await File.WriteAllBytesAsync(Segment, content[..^1]);

        var exception = await Assert.ThrowsAsync<JournalException>(() => Open());

        Assert.Equal("segment-0000000001", exception.Segment);
    }

    [Fact]
    public async Task A_journal_of_a_later_format_is_refused()
    {
        var whole = await WriteJournal();
        whole[7] = (byte)'2';
        BitConverter.TryWriteBytes(whole.AsSpan(16), Crc32C.Of(whole.AsSpan(0, 16)));
        await File.WriteAllBytesAsync(Segment, whole);

        var exception = await Assert.ThrowsAsync<JournalException>(() => Open());

        Assert.Contains("another version", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Snapshots_take_the_place_of_the_segments_that_they_cover()
    {
        await using (var engine = await Open(segmentBytes: 2_000, snapshotEveryBytes: 5_000))
        {
            engine.Start();
            for (var i = 0; i < 100; i++)
                await RunOneMore(engine);
        }

        Assert.Single(Directory.GetFiles(folder.Path, "snapshot-*"));
        Assert.False(File.Exists(Segment));
        await using var again = await Open();
        Assert.Equal(100, (await again.Client.ListAsync(new() { PageSize = 1000 })).Instances.Count(i => i.Status == InstanceStatus.Completed));
    }

    [Fact]
    public void The_checksum_is_the_one_that_the_world_calls_CRC_32C() => Assert.Equal(0xE3069283, Crc32C.Of("123456789"u8));

    public void Dispose() => folder.Dispose();

    private string Segment => folder.At("segment-0000000001");

    private async Task<byte[]> WriteJournal()
    {
        await using (var engine = await Open())
        {
            engine.Start();
            for (var i = 0; i < 3; i++)
                await RunOneMore(engine);
        }
        return await File.ReadAllBytesAsync(Segment);
    }

    private Task<EmbeddedEngine> Open(long segmentBytes = 1 << 20, long snapshotEveryBytes = 1 << 20) => EmbeddedEngine.OpenAsync(new()
    {
        Folder = folder.Path,
        Registry = Registry(),
        SegmentBytes = segmentBytes,
        SnapshotEveryBytes = snapshotEveryBytes,
    });

    private static async Task RunOneMore(EmbeddedEngine engine)
    {
        engine.Start();
        var page = await engine.Client.ListAsync(new() { PageSize = 1000 });
        var id = $"i{page.Instances.Count}";
        await engine.Client.ScheduleAsync(Main, 4, id);
        Assert.Equal(8, (await engine.Client.WaitAsync(id)).ReadOutput<int>());
    }

    private static async Task<int> CountAsync(EmbeddedEngine engine) =>
        (await engine.Client.ListAsync(new() { PageSize = 1000 })).Instances.Count;

    private static byte[] BatchOf(int instances) => Frame([.. Enumerable.Range(0, instances).Select(i => $"new{i}")]);

    private static byte[] Frame(params string[] scheduled)
    {
        var frame = new Frame();
        foreach (var id in scheduled)
        {
            var bytes = new ArrayBufferWriter<byte>();
            RecordJson.Write(new InstanceScheduled(id, Main.Name, "1", DateTimeOffset.UnixEpoch, null), bytes);
            frame.Add(bytes.WrittenSpan);
        }
        return frame.Seal().ToArray();
    }

    private static List<int> Frames(byte[] segment)
    {
        var offsets = new List<int>();
        for (var offset = JournalFormat.HeaderBytes; JournalFormat.TryReadFrame(segment.AsSpan(offset), out var payload);)
        {
            offsets.Add(offset);
            offset += JournalFormat.FrameHeaderBytes + payload.Length;
        }
        return offsets;
    }
}
