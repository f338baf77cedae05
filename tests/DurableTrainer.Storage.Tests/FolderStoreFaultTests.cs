using System.Text;
using DurableTrainer.Storage.Folder;

namespace DurableTrainer.Storage.Tests;

/// <summary>What is left when an operation of the disk fails, for each operation in turn.</summary>
public sealed class FolderStoreFaultTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_write_that_fails_leaves_the_old_content_and_nothing_else()
    {
        var healthy = new FolderStore(folder.Path);
        await FailEachOperationAsync(async (store, failedOperation) =>
        {
            await healthy.WriteAsync("a/file", Bytes("old"));

            var failed = await FailsAsync(() => store.WriteAsync("a/file", Bytes("new")));

            // Once renamed, the new content is whole; only that it would survive a crash could not be promised. Before that the folder's own
            // name is flushed.
            string[] expected = !failed ? ["new"] : failedOperation() == nameof(Disk.FlushFolder) ? ["old", "new"] : ["old"];
            Assert.Contains(Text(await healthy.ReadAsync("a/file")), expected);
            Assert.Equal([folder["a/file"]], FilesOnDisk());
        });
    }

    [Fact]
    public async Task A_new_file_that_could_not_be_written_is_not_there()
    {
        var healthy = new FolderStore(folder.Path);
        await FailEachOperationAsync(async (store, failedOperation) =>
        {
            await healthy.DeleteAsync("a");

            var failed = await FailsAsync(() => store.WriteAsync("a/b/file", Bytes("new")));

            var there = !failed || (failedOperation() == nameof(Disk.FlushFolder) && File.Exists(folder["a/b/file"]));
            Assert.Equal(there ? "new" : null, Text(await healthy.ReadAsync("a/b/file")));
            Assert.Equal(there ? [folder["a/b/file"]] : [], FilesOnDisk());
        });
    }

    [Fact]
    public async Task A_creation_that_fails_can_be_tried_again()
    {
        var healthy = new FolderStore(folder.Path);
        await FailEachOperationAsync(async (store, failedOperation) =>
        {
            await healthy.DeleteAsync("a");

            var created = false;
            var failed = await FailsAsync(async () => created = await store.TryCreateAsync("a/file", Bytes("first")));

            Assert.Equal(failed, !created);
            Assert.Equal(failed, await healthy.TryCreateAsync("a/file", Bytes("second")));
            Assert.Equal(failed ? "second" : "first", Text(await healthy.ReadAsync("a/file")));
            Assert.Equal(["a/file"], await healthy.ListAsync(""));

            // Where deleting itself failed, the next write tidies up.
            await healthy.WriteAsync("a/other", Bytes("x"));
            Assert.Equal([folder["a/file"], folder["a/other"]], FilesOnDisk());
        });
    }

    [Fact]
    public async Task Lines_that_could_not_be_appended_are_not_there_and_can_be_appended_again()
    {
        var healthy = new FolderStore(folder.Path);
        await FailEachOperationAsync(async (store, failedOperation) =>
        {
            await healthy.DeleteAsync("a");
            await healthy.AppendAsync("a/log", ["old"]);
            await File.AppendAllTextAsync(folder["a/log"], "torn by an earlier crash");

            var failed = await FailsAsync(() => store.AppendAsync("a/log", ["new", "newer"]));

            Assert.Equal(failed ? ["old"] : ["old", "new", "newer"], await healthy.ReadLinesAsync("a/log"));
            if (failed)
                await healthy.AppendAsync("a/log", ["new", "newer"]);
            Assert.Equal("old\nnew\nnewer\n", await File.ReadAllTextAsync(folder["a/log"]));
        });
    }

    [Fact]
    public async Task A_log_whose_taking_back_fails_too_is_cut_by_the_next_writer()
    {
        var healthy = new FolderStore(folder.Path);
        await healthy.AppendAsync("a/log", ["old"]);
        var store = new FolderStore(folder.Path, new FaultyDisk((_, operation) => operation is nameof(Disk.Write) or nameof(Disk.Cut)));

        Assert.True(await FailsAsync(() => store.AppendAsync("a/log", ["a line that is torn in the middle"])));

        Assert.StartsWith("old\na line", await File.ReadAllTextAsync(folder["a/log"]), StringComparison.Ordinal);
        Assert.Equal(["old"], await healthy.ReadLinesAsync("a/log"));
        await healthy.AppendAsync("a/log", ["next"]);
        Assert.Equal("old\nnext\n", await File.ReadAllTextAsync(folder["a/log"]));
    }

    [Fact]
    public async Task What_a_crash_left_of_a_write_is_invisible_and_goes_with_the_next_write()
    {
        var store = new FolderStore(folder.Path);
        await store.WriteAsync("a/file", Bytes("old"));
        await File.WriteAllTextAsync(folder["a/.partial-1-1"], "half a fi");

        Assert.Equal(["a/file"], await store.ListAsync(""));
        await store.WriteAsync("a/other", Bytes("x"));

        Assert.Equal([folder["a/file"], folder["a/other"]], FilesOnDisk());
    }

    [Theory]
    [InlineData(28, StorageFault.Full, "Free some space there")]
    [InlineData(122, StorageFault.Full, "Free some space there")]
    [InlineData(30, StorageFault.ReadOnly, "Mount it so that it can be written")]
    [InlineData(13, StorageFault.Denied, "Give it the right")]
    [InlineData(1, StorageFault.Denied, "Give it the right")]
    [InlineData(2, StorageFault.Missing, "still mounted")]
    [InlineData(5, StorageFault.Other, "Write failed for this test")]
    public async Task A_refusal_says_what_to_do(int error, StorageFault fault, string remedy)
    {
        var store = new FolderStore(folder.Path, new FaultyDisk((_, operation) => operation == nameof(Disk.Write), error));

        var e = await Assert.ThrowsAsync<StorageException>(() => store.WriteAsync("a/file", Bytes("content")));

        Assert.Equal(fault, e.Fault);
        Assert.StartsWith($"Cannot write 'a/file' in {folder.Path}: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, e.Message, StringComparison.Ordinal);
    }

    /// <summary>Runs a story with the first operation failing, then the second, until none is left to fail.</summary>
    private async Task FailEachOperationAsync(Func<FolderStore, Func<string>, Task> story)
    {
        for (var n = 1; ; n++)
        {
            var failedOperation = "";
            var disk = new FaultyDisk((number, operation) =>
            {
                if (number == n)
                    failedOperation = operation;
                return number == n;
            });
            await story(new FolderStore(folder.Path, disk), () => failedOperation);
            if (disk.Operations < n)
            {
                Assert.InRange(n, 5, 20);
                return;
            }
        }
    }

    private static async Task<bool> FailsAsync(Func<Task> call)
    {
        try
        {
            await call();
            return false;
        }
        catch (StorageException e)
        {
            Assert.Equal(StorageFault.Full, e.Fault);
            return true;
        }
    }

    private string[] FilesOnDisk() => [.. Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string? Text(byte[]? content) => content is null ? null : Encoding.UTF8.GetString(content);
}
