namespace DurableTrainer.Storage.Tests.Conformance;

/// <content>What every store promises of folders: listed, measured, deleted.</content>
public abstract partial class ArtifactStoreConformance
{
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
}
