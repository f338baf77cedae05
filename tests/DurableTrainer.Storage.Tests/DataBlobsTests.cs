using System.Security.Cryptography;
using System.Text;
using DurableTrainer.Storage.Blobs;
using DurableTrainer.Storage.Blobs.Data;

namespace DurableTrainer.Storage.Tests;

/// <summary>Files of samples in blob storage: uploads that appear whole or not at all, and copies of them on this machine.</summary>
[Collection(AzuriteTests.Name)]
public sealed class DataBlobsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly BlobLocation location;
    private readonly DataBlobs blobs;
    private readonly DataUploads uploads;

    public DataBlobsTests(AzuriteFixture azurite)
    {
        // Those that need no Azurite run without one, too.
        location = BlobLocation.Parse(Azurite.Missing is null ? azurite.NewContainer() : "UseDevelopmentStorage=true");
        blobs = new DataBlobs(location, folder.Path);
        uploads = new DataUploads(blobs, location.Container, "data");
    }

    [AzuriteFact]
    public async Task What_is_uploaded_is_brought_here_once_and_anew_when_it_has_changed()
    {
        var stored = await WriteAsync("a/x.csv", "1,2\n");
        var first = await BringAsync("a/x.csv");

        Assert.Equal(new StoredFile("a/x.csv", 4, Hash("1,2\n")), stored);
        Assert.Equal("x.csv", Path.GetFileName(first));
        Assert.Equal("1,2\n", await File.ReadAllTextAsync(first!));
        Assert.Equal(first, await BringAsync("a/x.csv"));

        await WriteAsync("a/x.csv", "3,4\n");
        var second = await BringAsync("a/x.csv");
        Assert.NotEqual(first, second);
        Assert.Equal("3,4\n", await File.ReadAllTextAsync(second!));
        Assert.False(File.Exists(first));
        Assert.Equal([second], Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    [AzuriteFact]
    public async Task Many_who_bring_the_same_at_once_all_have_it_whole()
    {
        var text = new string('x', 300_000);
        await WriteAsync("x", text);

        var files = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => BringAsync("x"))));

        Assert.All(files, file => Assert.Equal(text, File.ReadAllText(file!)));
    }

    [AzuriteFact]
    public async Task What_is_not_there_is_said_not_to_be_and_makes_no_container()
    {
        Assert.Null(await BringAsync("nothing"));
        Assert.Null(await blobs.BringAsync(BlobPath.Parse("blob:no-such-container/x")));
        Assert.False(await uploads.ExistsAsync("nothing", default));
        Assert.Null(await uploads.DescribeAsync("nothing", default));
        Assert.Empty(await uploads.ListAsync(default));
        Assert.Null(await new DataUploads(blobs, "no-such-container", "data").DescribeAsync("x", default));
    }

    [AzuriteFact]
    public async Task An_upload_larger_than_a_block_arrives_whole()
    {
        var content = RandomNumberGenerator.GetBytes((9 << 20) + 17);

        var stored = await uploads.WriteAsync("large", new MemoryStream(content), _ => { }, overwrite: true, default);

        Assert.Equal(new StoredFile("large", content.Length, Convert.ToHexStringLower(SHA256.HashData(content))), stored);
        Assert.Equal(content, await File.ReadAllBytesAsync((await BringAsync("large"))!));
        Assert.Equal(stored, await uploads.DescribeAsync("large", default));
    }

    [AzuriteFact]
    public async Task An_empty_file_is_one()
    {
        Assert.Equal(new StoredFile("empty", 0, Hash("")), await WriteAsync("empty", ""));
        Assert.Equal("", await File.ReadAllTextAsync((await BringAsync("empty"))!));
    }

    [AzuriteFact]
    public async Task What_does_not_please_its_sender_is_not_stored_and_leaves_what_was_there()
    {
        await WriteAsync("x", "old");

        await Assert.ThrowsAsync<InvalidDataException>(() => uploads.WriteAsync(
            "x", new MemoryStream(Encoding.UTF8.GetBytes("new")), _ => throw new InvalidDataException(), overwrite: true, default));

        Assert.Equal(Hash("old"), (await uploads.DescribeAsync("x", default))!.Sha256);
    }

    [AzuriteFact]
    public async Task Of_many_that_are_to_replace_nothing_one_is_stored()
    {
        var stored = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => uploads.WriteAsync(
            "x", new MemoryStream(Encoding.UTF8.GetBytes($"{i}")), _ => { }, overwrite: false, default))));

        var one = Assert.Single(stored, file => file is not null);
        Assert.Equal(one, await uploads.DescribeAsync("x", default));
    }

    [AzuriteFact]
    public async Task What_somebody_else_put_there_has_its_hash_too()
    {
        await new BlobStore(location).WriteAsync("data/b/y.csv", Encoding.UTF8.GetBytes("5\n"));
        await WriteAsync("a.csv", "6\n");

        Assert.Equal(["a.csv", "b/y.csv"], await uploads.ListAsync(default));
        Assert.Equal(new StoredFile("b/y.csv", 2, Hash("5\n")), await uploads.DescribeAsync("b/y.csv", default));
    }

    [Theory]
    [InlineData("blob:x", "names no blob")]
    [InlineData("blob:", "names no blob")]
    [InlineData("blob:/x", "names no container")]
    [InlineData("blob:UP/x", "names no container")]
    [InlineData("blob:data/", "has a name that is not allowed")]
    [InlineData("blob:data/../x", "has a name that is not allowed")]
    [InlineData("blob:data/a//b", "has a name that is not allowed")]
    [InlineData("blob:data/a:b", "has a name that is not allowed")]
    public void A_path_that_names_no_blob_is_told_what_is_wrong(string path, string why)
    {
        Assert.True(BlobPath.IsMeant(path));
        Assert.StartsWith(why, BlobPath.WhyNot(path), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => BlobPath.Parse(path));
    }

    [Fact]
    public void A_path_is_read_and_written_alike()
    {
        Assert.Equal(new BlobPath("my-data", "a/b.csv"), BlobPath.Parse("blob:my-data/a/b.csv"));
        Assert.Equal("blob:my-data/a/b.csv", new BlobPath("my-data", "a/b.csv").ToString());
        Assert.False(BlobPath.IsMeant("data/blob:x"));
    }

    public void Dispose() => folder.Dispose();

    private async Task<StoredFile?> WriteAsync(string path, string text) =>
        await uploads.WriteAsync(path, new MemoryStream(Encoding.UTF8.GetBytes(text)), _ => { }, overwrite: true, default);

    private Task<string?> BringAsync(string path) => blobs.BringAsync(new BlobPath(location.Container, $"data/{path}"));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
