namespace DurableTrainer.Storage.Tests.Conformance;

/// <content>What every store promises of whole files: written, created, replaced.</content>
public abstract partial class ArtifactStoreConformance
{
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
}
