using System.Diagnostics;
using DurableTrainer.Storage.Folder;
using Microsoft.Win32.SafeHandles;

namespace DurableTrainer.Storage.Tests;

/// <summary>Against the real operating system, where it can be made to refuse.</summary>
public sealed class FolderStoreOnUnixTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [LinuxFact]
    public async Task A_full_disk_is_recognised_as_the_system_reports_it()
    {
        var store = new FolderStore(folder.Path, new FullDisk());

        var e = await Assert.ThrowsAsync<StorageException>(() => store.WriteAsync("a/file", new byte[100]));

        Assert.Equal(StorageFault.Full, e.Fault);
        Assert.Empty(await store.ListAsync(""));
    }

    [LinuxFact]
    public async Task A_place_where_nothing_can_be_made_is_refused_with_the_reason()
    {
        var e = await Assert.ThrowsAsync<StorageException>(() => new FolderStore("/proc/durabletrainer").WriteAsync("a/file", new byte[1]));

        Assert.NotEqual(StorageFault.Full, e.Fault);
        Assert.Contains("/proc/durabletrainer", e.Message, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task A_file_where_a_folder_is_needed_is_refused_with_the_reason()
    {
        var store = new FolderStore(folder.Path);
        await store.WriteAsync("a", new byte[1]);

        var e = await Assert.ThrowsAsync<StorageException>(() => store.WriteAsync("a/file", new byte[1]));

        Assert.Contains("Cannot write 'a/file'", e.Message, StringComparison.Ordinal);
        Assert.Equal(["a"], await store.ListAsync(""));
    }

    [LinuxFact]
    public async Task A_folder_that_another_process_has_locked_is_waited_for()
    {
        var store = new FolderStore(folder.Path);
        await store.AppendAsync("a/log", ["first"]);
        using var other = Process.Start(new ProcessStartInfo("flock", [folder["a"], "sh", "-c", "echo locked; cat"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("locked", await other.StandardOutput.ReadLineAsync());

        var appending = store.AppendAsync("a/log", ["second"]);
        Assert.Equal(["first"], await store.ReadLinesAsync("a/log"));
        Assert.False(appending.IsCompleted);
        other.StandardInput.Close();
        await appending;

        Assert.Equal(["first", "second"], await store.ReadLinesAsync("a/log"));
    }

    [LinuxFact]
    public void A_lock_ends_when_it_is_disposed()
    {
        for (var i = 0; i < 3; i++)
        {
            using var held = FolderLock.Take(folder.Path);
            Assert.True(held.IsHeld);
        }
    }

    /// <summary>Writes to the device that is always full.</summary>
    private sealed class FullDisk : Disk
    {
        public override void Write(SafeFileHandle file, ReadOnlySpan<byte> content, long offset)
        {
            using var full = File.OpenHandle("/dev/full", FileMode.Open, FileAccess.Write);
            base.Write(full, content, offset);
        }
    }
}
