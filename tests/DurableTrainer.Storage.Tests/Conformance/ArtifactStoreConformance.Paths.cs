namespace DurableTrainer.Storage.Tests.Conformance;

/// <content>What every store takes for a path, and what it refuses.</content>
public abstract partial class ArtifactStoreConformance
{
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
}
