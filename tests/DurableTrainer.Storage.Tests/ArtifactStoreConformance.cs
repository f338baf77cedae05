using System.Text;

namespace DurableTrainer.Storage.Tests;

/// <summary>What every store promises. A new one passes by deriving from this and making itself.</summary>
public abstract class ArtifactStoreConformance
{
    private readonly Lazy<ArtifactStore> store;

    /// <summary>Makes the store when the first of perhaps many tasks asks for it, since it is made by what derives from this.</summary>
    protected ArtifactStoreConformance() => store = new Lazy<ArtifactStore>(Create);

    private ArtifactStore Store => store.Value;

    /// <summary>The length of a line that is long for this store.</summary>
    protected virtual int LongLine => 800_000;

    /// <summary>A store without files.</summary>
    protected abstract ArtifactStore Create();

    [StoreFact]
    public async Task A_file_comes_back_as_it_was_written()
    {
        var content = Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7)).ToArray();

        await Store.WriteAsync("experiments/a/model/model.safetensors", content);
        await Store.WriteAsync("experiments/a/stop", Array.Empty<byte>());

        Assert.Equal(content, await Store.ReadAsync("experiments/a/model/model.safetensors"));
        Assert.Equal(Array.Empty<byte>(), await Store.ReadAsync("experiments/a/stop"));
        Assert.True(await Store.ExistsAsync("experiments/a/stop"));
    }

    [StoreFact]
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

    [StoreFact]
    public async Task Writing_again_replaces_the_whole_content()
    {
        await Store.WriteAsync("a/file", Bytes("a long content"));
        await Store.WriteAsync("a/file", Bytes("short"));

        Assert.Equal("short", Text(await Store.ReadAsync("a/file")));
        Assert.Equal(["a/file"], await Store.ListAsync(""));
    }

    [StoreFact]
    public async Task Creating_succeeds_once()
    {
        Assert.True(await Store.TryCreateAsync("a/file", Bytes("first")));
        Assert.False(await Store.TryCreateAsync("a/file", Bytes("second")));

        Assert.Equal("first", Text(await Store.ReadAsync("a/file")));
        Assert.Equal(["a/file"], await Store.ListAsync(""));
    }

    [StoreFact]
    public async Task Of_many_who_create_at_once_one_succeeds()
    {
        var created = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i => (i, await Store.TryCreateAsync("a/file", Bytes($"{i}")))));

        var winner = Assert.Single(created, c => c.Item2);
        Assert.Equal($"{winner.i}", Text(await Store.ReadAsync("a/file")));
    }

    [StoreFact]
    public async Task A_file_is_replaced_only_by_who_knows_what_is_in_it()
    {
        Assert.False(await Store.TryReplaceAsync("a/file", Bytes(""), Bytes("second")));
        Assert.Empty(await Store.ListAsync(""));
        await Store.WriteAsync("a/file", Bytes("first"));

        Assert.False(await Store.TryReplaceAsync("a/file", Bytes("firs"), Bytes("second")));
        Assert.Equal("first", Text(await Store.ReadAsync("a/file")));
        Assert.True(await Store.TryReplaceAsync("a/file", Bytes("first"), Bytes("second")));
        Assert.True(await Store.TryReplaceAsync("a/file", Bytes("first"), Bytes("second")));
        Assert.Equal("second", Text(await Store.ReadAsync("a/file")));
        Assert.Equal(["a/file"], await Store.ListAsync(""));
    }

    [StoreFact]
    public async Task Of_many_who_replace_a_file_at_once_one_succeeds()
    {
        await Store.WriteAsync("a/file", Bytes("before"));

        var replaced = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(async i => (i, await Store.TryReplaceAsync("a/file", Bytes("before"), Bytes($"{i}")))));

        var winner = Assert.Single(replaced, r => r.Item2);
        Assert.Equal($"{winner.i}", Text(await Store.ReadAsync("a/file")));
    }

    [StoreFact]
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

    [StoreFact]
    public async Task The_folders_of_a_folder_are_listed_without_what_is_deeper()
    {
        foreach (var path in new[] { "x/b/2", "x/a/1/z", "x/file", "y/c" })
            await Store.WriteAsync(path, Bytes("."));

        Assert.Equal(["x", "y"], await Store.ListFoldersAsync(""));
        Assert.Equal(["a", "b"], await Store.ListFoldersAsync("x"));
        Assert.Empty(await Store.ListFoldersAsync("y"));
        Assert.Empty(await Store.ListFoldersAsync("nothing"));
    }

    [StoreFact]
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

    [StoreFact]
    public async Task The_size_of_a_folder_is_that_of_the_files_below_it()
    {
        await Store.WriteAsync("x/a/1", Bytes("12345"));
        await Store.WriteAsync("x/b", Bytes("123"));
        await Store.WriteAsync("xx", Bytes("1"));

        Assert.Equal(8, await Store.SizeAsync("x"));
        Assert.Equal(5, await Store.SizeAsync("x/a"));
        Assert.Equal(0, await Store.SizeAsync("nothing"));
    }

    [StoreFact]
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

    [StoreFact]
    public async Task A_deleted_folder_can_be_written_again()
    {
        await Store.WriteAsync("a/b/file", Bytes("old"));
        await Store.DeleteAsync("a");
        await Store.AppendAsync("a/b/log", ["line"]);

        Assert.Equal(["a/b/log"], await Store.ListAsync(""));
    }

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

    [StoreTheory]
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
        await Assert.ThrowsAsync<ArgumentException>(() => Store.TryReplaceAsync(path, Bytes("x"), Bytes("y")));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.ReadAsync(path));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.ExistsAsync(path));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.DeleteAsync(path));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.AppendAsync(path, ["x"]));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.ReadLinesAsync(path));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.TryLeaseAsync(path, ArtifactLease.Shortest));
        if (path.Length > 0)
            await Assert.ThrowsAsync<ArgumentException>(() => Store.ListAsync(path));
    }

    [StoreFact]
    public async Task Names_may_hold_what_addresses_must_not()
    {
        string[] names = ["a b", "100%", "a%2Fb", "a+b", "é漢🙂", "#1", "x=1&y=2", "(a)'~!@,;$", "a.b.", "-", "A"];
        var paths = names.Select(name => $"odd {name}/{name}").ToArray();

        foreach (var path in paths)
        {
            await Store.WriteAsync(path, Bytes(path));
            await Store.AppendAsync(path + ".log", [path]);
        }

        foreach (var path in paths)
        {
            Assert.Equal(path, Text(await Store.ReadAsync(path)));
            Assert.Equal([path], await Store.ReadLinesAsync(path + ".log"));
            Assert.Equal(new[] { path, path + ".log" }.Order(StringComparer.Ordinal), await Store.ListAsync(path.Split('/')[0]));
        }

        Assert.Equal(names.Select(name => $"odd {name}").Order(StringComparer.Ordinal), await Store.ListFoldersAsync(""));
        Assert.Equal(paths.SelectMany(path => new[] { path, path + ".log" }).Order(StringComparer.Ordinal), await Store.ListAsync(""));
        foreach (var name in names)
            await Store.DeleteAsync($"odd {name}");
        Assert.Empty(await Store.ListAsync(""));
    }

    [StoreFact]
    public async Task A_folder_that_holds_only_folders_is_listed()
    {
        await Store.WriteAsync("x/y/z/file", Bytes("."));

        Assert.Equal(["x"], await Store.ListFoldersAsync(""));
        Assert.Equal(["y"], await Store.ListFoldersAsync("x"));
        Assert.Equal(["z"], await Store.ListFoldersAsync("x/y"));
        await Store.DeleteAsync("x/y/z");
        Assert.Empty(await Store.ListAsync("x"));
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

    [StoreFact]
    public async Task What_is_deleted_while_it_is_listed_or_measured_does_no_harm()
    {
        foreach (var i in Enumerable.Range(0, 30))
            await Store.WriteAsync($"x/{i}", Bytes("."));

        var deleting = Task.Run(() => Store.DeleteAsync("x"));
        do
        {
            Assert.InRange((await Store.ListAsync("x")).Count, 0, 30);
            Assert.InRange(await Store.SizeAsync("x"), 0, 30);
        }
        while (!deleting.IsCompleted);
        await deleting;

        Assert.Empty(await Store.ListAsync(""));
    }

    [StoreFact]
    public async Task A_lease_is_one_callers_until_it_is_given_back()
    {
        var first = await Store.TryLeaseAsync("a/lease", ArtifactLease.Shortest);
        Assert.NotNull(first);
        Assert.True(first.IsHeld);
        Assert.Null(await Store.TryLeaseAsync("a/lease", ArtifactLease.Longest));
        Assert.Null(await Store.TryLeaseAsync("a/lease", ArtifactLease.Longest));
        await using (var other = await Store.TryLeaseAsync("a/other", ArtifactLease.Shortest))
            Assert.NotNull(other);

        await first.DisposeAsync();
        await first.DisposeAsync();

        Assert.False(first.IsHeld);
        Assert.False(first.Lost.IsCancellationRequested);
        await using var second = await Store.TryLeaseAsync("a/lease", ArtifactLease.Shortest);
        Assert.NotNull(second);
        Assert.Equal(["a/lease", "a/other"], await Store.ListAsync(""));
    }

    [StoreFact]
    public async Task Of_many_who_want_a_lease_at_once_one_gets_it()
    {
        var leases = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Store.TryLeaseAsync("a/lease", ArtifactLease.Shortest)));

        var lease = Assert.Single(leases, lease => lease is not null);
        await lease!.DisposeAsync();
    }

    [StoreFact]
    public async Task A_lease_for_less_or_more_than_a_service_allows_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.TryLeaseAsync("a", TimeSpan.FromSeconds(14)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.TryLeaseAsync("a", TimeSpan.FromSeconds(61)));
    }

    [StoreFact]
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
