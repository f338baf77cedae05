using DurableTrainer.Durable;

namespace DurableTrainer.Engine.Tests.Journal;

public sealed class FolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public async Task A_folder_in_use_is_refused_and_its_holder_named()
    {
        await using var first = await Open(folder.Path);

        var exception = await Assert.ThrowsAsync<FolderLockedException>(() => Open(folder.Path));

        Assert.Equal(Environment.ProcessId, exception.ProcessId);
        Assert.Equal(Environment.MachineName, exception.Host);
        Assert.NotNull(exception.Since);
        Assert.Contains($"process {Environment.ProcessId} on {Environment.MachineName}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_let_go_can_be_taken_again()
    {
        await (await Open(folder.Path)).DisposeAsync();

        await (await Open(folder.Path)).DisposeAsync();

        Assert.False(File.Exists(folder.At("engine.holder.json")));
    }

    [Fact]
    public async Task A_folder_that_can_no_longer_be_written_is_let_go_without_another_fault()
    {
        var engine = await Open(folder.Path);
        var reason = new IOException("The disk is gone.");
        engine.Halt(reason);
        // Not even the administrator deletes a folder as if it were a file.
        File.Delete(folder.At("engine.holder.json"));
        Directory.CreateDirectory(folder.At("engine.holder.json"));

        await engine.DisposeAsync();

        Assert.Same(reason, await Assert.ThrowsAsync<IOException>(() => engine.Fault));
        Directory.Delete(folder.At("engine.holder.json"));
        await (await Open(folder.Path)).DisposeAsync();
    }

    [Fact]
    public async Task An_engine_disposed_twice_leaves_the_next_holder_of_its_folder_alone()
    {
        var first = await Open(folder.Path);
        await first.DisposeAsync();
        await using var second = await Open(folder.Path);

        await first.DisposeAsync();

        var exception = await Assert.ThrowsAsync<FolderLockedException>(() => Open(folder.Path));
        Assert.Equal(Environment.ProcessId, exception.ProcessId);
    }

    [Fact]
    public async Task A_folder_that_is_missing_is_made()
    {
        await (await Open(folder.At("a/b"))).DisposeAsync();

        Assert.True(Directory.Exists(folder.At("a/b")));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_refused_with_what_to_do()
    {
        await File.WriteAllTextAsync(folder.At("file"), "");

        var exception = await Assert.ThrowsAsync<JournalException>(() => Open(folder.At("file")));

        Assert.Contains("read and write", exception.Message, StringComparison.Ordinal);
        Assert.Equal(["file"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    public void Dispose() => folder.Dispose();

    private static Task<EmbeddedEngine> Open(string path) =>
        EmbeddedEngine.OpenAsync(new() { Folder = path, Registry = new DurableRegistry() });
}
