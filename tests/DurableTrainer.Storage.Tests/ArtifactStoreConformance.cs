using System.Text;

namespace DurableTrainer.Storage.Tests;

/// <summary>What every store promises. A new one passes by deriving from this and making itself.</summary>
public abstract class ArtifactStoreConformance
{
    private ArtifactStore? store;

    private ArtifactStore Store => store ??= Create();

    /// <summary>A store without files.</summary>
    protected abstract ArtifactStore Create();

    [Fact]
    public async Task A_file_comes_back_as_it_was_written()
    {
        var content = Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7)).ToArray();

        await Store.WriteAsync("experiments/a/model/model.safetensors", content);
        await Store.WriteAsync("experiments/a/stop", Array.Empty<byte>());

        Assert.Equal(content, await Store.ReadAsync("experiments/a/model/model.safetensors"));
        Assert.Equal(Array.Empty<byte>(), await Store.ReadAsync("experiments/a/stop"));
        Assert.True(await Store.ExistsAsync("experiments/a/stop"));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_null_and_a_folder_is_no_file()
    {
        await Store.WriteAsync("a/b", Bytes("x"));

        Assert.Null(await Store.ReadAsync("a/c"));
        Assert.Null(await Store.ReadAsync("a"));
        Assert.Null(await Store.ReadAsync("a/b/c"));
        Assert.False(await Store.ExistsAsync("a"));
        Assert.False(await Store.ExistsAsync("nothing/at/all"));
        Assert.Empty(await Store.ReadLinesAsync("a/log"));
    }

    [Fact]
    public async Task Writing_again_replaces_the_whole_content()
    {
        await Store.WriteAsync("a/file", Bytes("a long content"));
        await Store.WriteAsync("a/file", Bytes("short"));

        Assert.Equal("short", Text(await Store.ReadAsync("a/file")));
        Assert.Equal(["a/file"], await Store.ListAsync(""));
    }

    [Fact]
    public async Task Creating_succeeds_once()
    {
        Assert.True(await Store.TryCreateAsync("a/file", Bytes("first")));
        Assert.False(await Store.TryCreateAsync("a/file", Bytes("second")));

        Assert.Equal("first", Text(await Store.ReadAsync("a/file")));
        Assert.Equal(["a/file"], await Store.ListAsync(""));
    }

    [Fact]
    public async Task Of_many_who_create_at_once_one_succeeds()
    {
        var created = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i => (i, await Store.TryCreateAsync("a/file", Bytes($"{i}")))));

        var winner = Assert.Single(created, c => c.Item2);
        Assert.Equal($"{winner.i}", Text(await Store.ReadAsync("a/file")));
    }

    [Fact]
    public async Task Of_many_who_write_at_once_one_content_stays_whole_and_readers_see_no_part()
    {
        var contents = Enumerable.Range(0, 20).Select(i => new string((char)('a' + i), 50_000 + i)).ToArray();
        await Store.WriteAsync("a/file", Bytes(contents[0]));

        var writers = Task.WhenAll(contents.Select(content => Task.Run(() => Store.WriteAsync("a/file", Bytes(content)))));
        do
        {
            Assert.Contains(Text(await Store.ReadAsync("a/file")), contents);
        }
        while (!writers.IsCompleted);
        await writers;

        Assert.Contains(Text(await Store.ReadAsync("a/file")), contents);
        Assert.Equal(["a/file"], await Store.ListAsync(""));
    }

    [Fact]
    public async Task The_folders_of_a_folder_are_listed_without_what_is_deeper()
    {
        foreach (var path in new[] { "x/b/2", "x/a/1/z", "x/file", "y/c" })
            await Store.WriteAsync(path, Bytes("."));

        Assert.Equal(["x", "y"], await Store.ListFoldersAsync(""));
        Assert.Equal(["a", "b"], await Store.ListFoldersAsync("x"));
        Assert.Empty(await Store.ListFoldersAsync("y"));
        Assert.Empty(await Store.ListFoldersAsync("nothing"));
    }

    [Fact]
    public async Task A_listing_holds_what_is_below_a_folder_in_order()
    {
        foreach (var path in new[] { "x/b/2", "x/b/10", "x/a", "xx/c", "x/b/1/z" })
            await Store.WriteAsync(path, Bytes("."));

        Assert.Equal(["x/a", "x/b/1/z", "x/b/10", "x/b/2"], await Store.ListAsync("x"));
        Assert.Equal(["x/b/1/z", "x/b/10", "x/b/2"], await Store.ListAsync("x/b"));
        Assert.Equal(5, (await Store.ListAsync("")).Count);
        Assert.Empty(await Store.ListAsync("x/a"));
        Assert.Empty(await Store.ListAsync("nothing"));
    }

    [Fact]
    public async Task The_size_of_a_folder_is_that_of_the_files_below_it()
    {
        await Store.WriteAsync("x/a/1", Bytes("12345"));
        await Store.WriteAsync("x/b", Bytes("123"));
        await Store.WriteAsync("xx", Bytes("1"));

        Assert.Equal(8, await Store.SizeAsync("x"));
        Assert.Equal(5, await Store.SizeAsync("x/a"));
        Assert.Equal(0, await Store.SizeAsync("nothing"));
    }

    [Fact]
    public async Task Deleting_takes_a_file_or_all_below_a_folder_and_nothing_else()
    {
        foreach (var path in new[] { "x/a/1", "x/a/2/3", "x/ab", "y" })
            await Store.WriteAsync(path, Bytes("."));

        await Store.DeleteAsync("x/a");
        await Store.DeleteAsync("x/a");
        await Store.DeleteAsync("y");
        await Store.DeleteAsync("never/there");

        Assert.Equal(["x/ab"], await Store.ListAsync(""));
    }

    [Fact]
    public async Task A_deleted_folder_can_be_written_again()
    {
        await Store.WriteAsync("a/b/file", Bytes("old"));
        await Store.DeleteAsync("a");
        await Store.AppendAsync("a/b/log", ["line"]);

        Assert.Equal(["a/b/log"], await Store.ListAsync(""));
    }

    [Fact]
    public async Task A_log_grows_by_whole_lines()
    {
        await Store.AppendAsync("a/log", ["one", "two é漢"]);
        await Store.AppendAsync("a/log", []);
        await Store.AppendAsync("a/log", ["", "four"]);

        Assert.Equal(["one", "two é漢", "", "four"], await Store.ReadLinesAsync("a/log"));
        Assert.Equal("one\ntwo é漢\n\nfour\n", Text(await Store.ReadAsync("a/log")));
    }

    [Fact]
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

    [Fact]
    public async Task A_line_with_a_line_end_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Store.AppendAsync("a/log", ["fine", "not\nfine"]));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.AppendAsync("a/log", ["not\rfine"]));

        Assert.Empty(await Store.ReadLinesAsync("a/log"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("../outside")]
    [InlineData("a/../../outside")]
    [InlineData("a/./b")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("a\\b")]
    [InlineData("C:/b")]
    [InlineData("a/b\0c")]
    [InlineData("a/b\nc")]
    [InlineData("a/.partial-1-1")]
    public async Task A_path_that_could_leave_the_root_is_refused_everywhere(string path)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Store.WriteAsync(path, Bytes("x")));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.TryCreateAsync(path, Bytes("x")));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.ReadAsync(path));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.ExistsAsync(path));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.DeleteAsync(path));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.AppendAsync(path, ["x"]));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.ReadLinesAsync(path));
        if (path.Length > 0)
            await Assert.ThrowsAsync<ArgumentException>(() => Store.ListAsync(path));
    }

    [Fact]
    public async Task What_was_cancelled_before_it_began_has_no_effect()
    {
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.WriteAsync("a/file", Bytes("x"), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.AppendAsync("a/log", ["x"], cancelled));

        Assert.Empty(await Store.ListAsync(""));
    }

    protected static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    protected static string? Text(byte[]? content) => content is null ? null : Encoding.UTF8.GetString(content);
}
