namespace DurableTrainer.Storage.Tests.Conformance;

/// <content>What every store promises of logs: whole lines, also from many at once and after a crash.</content>
public abstract partial class ArtifactStoreConformance
{
    [StoreFact]
    public async Task A_log_grows_by_whole_lines()
    {
        await Store.AppendAsync("a/log", ["one", "two é漢"]);
        await Store.AppendAsync("a/log", []);
        await Store.AppendAsync("a/log", ["", "four"]);

        Assert.Equal(["one", "two é漢", "", "four"], await Store.ReadLinesAsync("a/log"));
        Assert.Equal("one\ntwo é漢\n\nfour\n", Text(await Store.ReadAsync("a/log")));
    }

    [StoreFact]
    public async Task Lines_that_are_appended_at_once_do_not_interleave()
    {
        var batches = Enumerable.Range(0, 8).Select(task => Enumerable.Range(0, 25).Select(batch =>
            Enumerable.Range(0, 3).Select(i => $"{task} {batch} {i} {new string('x', 100 * task)}").ToArray()).ToArray()).ToArray();

        await Task.WhenAll(batches.Select(task => Task.Run(async () =>
        {
            foreach (var batch in task)
                await Store.AppendAsync("a/log", batch);
        })));

        var lines = await Store.ReadLinesAsync("a/log");
        Assert.Equal(batches.SelectMany(task => task).SelectMany(batch => batch).Order(), lines.Order());
        Assert.All(lines.Chunk(3), chunk => Assert.Contains(batches.SelectMany(task => task), batch => batch.SequenceEqual(chunk)));
        foreach (var (task, index) in batches.Select((task, index) => (task, index)))
            Assert.Equal(task.SelectMany(batch => batch), lines.Where(line => line.StartsWith($"{index} ", StringComparison.Ordinal)));
    }

    [StoreFact]
    public async Task A_line_with_a_line_end_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Store.AppendAsync("a/log", ["fine", "not\nfine"]));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.AppendAsync("a/log", ["not\rfine"]));

        Assert.Empty(await Store.ReadLinesAsync("a/log"));
    }

    [StoreFact]
    public async Task A_log_can_be_replaced_as_a_whole_and_a_whole_file_be_continued_as_a_log()
    {
        await Store.AppendAsync("a/log", ["one", "two"]);
        await Store.WriteAsync("a/log", Bytes("new\n"));
        Assert.Equal("new\n", Text(await Store.ReadAsync("a/log")));
        await Store.AppendAsync("a/log", ["three"]);
        await Store.AppendAsync("a/log", ["four"]);

        Assert.Equal(["new", "three", "four"], await Store.ReadLinesAsync("a/log"));
    }

    [StoreFact]
    public async Task A_torn_last_line_is_ignored_by_readers_and_cut_by_the_next_writer()
    {
        await Store.WriteAsync("a/log", Bytes("one\ntorn by a cra"));

        Assert.Equal(["one"], await Store.ReadLinesAsync("a/log"));
        await Store.AppendAsync("a/log", ["two"]);
        await Store.AppendAsync("a/log", ["three"]);

        Assert.Equal("one\ntwo\nthree\n", Text(await Store.ReadAsync("a/log")));
    }

    [StoreFact]
    public async Task Lines_of_any_length_are_appended_next_to_each_other()
    {
        var batches = Enumerable.Range(0, 4).Select(task =>
            Enumerable.Range(0, 3).Select(i => $"{task} {new string((char)('a' + task), LongLine * (i + 1))}").ToArray()).ToArray();
        await Store.AppendAsync("a/log", ["first"]);

        await Task.WhenAll(batches.Select(batch => Store.AppendAsync("a/log", batch)));

        var lines = await Store.ReadLinesAsync("a/log");
        Assert.Equal("first", lines[0]);
        Assert.Equal(13, lines.Count);
        Assert.All(lines.Skip(1).Chunk(3), chunk => Assert.Contains(batches, batch => batch.SequenceEqual(chunk)));
    }

    [StoreFact]
    public async Task A_deleted_log_begins_anew()
    {
        for (var round = 0; round < 3; round++)
        {
            await Store.AppendAsync("a/log", ["one"]);
            await Store.AppendAsync("a/log", [$"two {round}"]);
            Assert.Equal(["one", $"two {round}"], await Store.ReadLinesAsync("a/log"));
            await Store.DeleteAsync(round == 0 ? "a/log" : "a");
            Assert.Empty(await Store.ReadLinesAsync("a/log"));
        }
    }
}
