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
    public async Task A_folder_where_a_file_is_in_the_way_is_refused_with_what_to_do()
    {
        await File.WriteAllTextAsync(folder.At("file"), "");

        foreach (var path in new[] { folder.At("file"), folder.At("file/a/b") })
        {
            var exception = await Assert.ThrowsAsync<JournalException>(() => Open(path));
            Assert.Equal(Refusal(path, "A file is in the way"), exception.Message);
        }
        Assert.Equal(["file"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    public static TheoryData<Exception, string> Causes => new()
    {
        { new IOException("Read-only file system : '/mnt/e'", 30), "Read-only file system" },
        { new UnauthorizedAccessException("Access to the path '/mnt/e/engine' is denied."), "Permission denied" },
        { new IOException("Could not open the directory '/mnt/e': Permission denied.", 13), "Permission denied" },
        { new IOException("No space left on device : '/mnt/e/engine/engine.lock'", 28), "No space left" },
        { new IOException("Input/output error : '/mnt/e/engine'", 5), "Input/output error" },
        { new IOException("The network path was not found."), "The network path was not found" },
    };

    [Theory]
    [MemberData(nameof(Causes))]
    public void Why_a_folder_cannot_be_used_is_said_in_plain_words_that_name_it_once(Exception cause, string words) =>
        Assert.Equal(Refusal("/mnt/e/engine", words), JournalException.Unreadable("/mnt/e/engine", cause).Message);

    public void Dispose() => folder.Dispose();

    private static string Refusal(string path, string cause) =>
        $"Cannot use the data folder '{path}': {cause}. It must be a folder that this user may read and write, on a disk with free space.";

    private static Task<EmbeddedEngine> Open(string path) =>
        EmbeddedEngine.OpenAsync(new() { Folder = path, Registry = new DurableRegistry() });
}
