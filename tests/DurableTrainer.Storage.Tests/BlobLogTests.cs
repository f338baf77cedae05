using System.Text;
using Azure.Core;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using DurableTrainer.Storage.Blobs;

namespace DurableTrainer.Storage.Tests;

/// <summary>Logs as append blobs: lost answers, limits of the service, writers from elsewhere, and rewriting that breaks off.</summary>
[Collection(AzuriteTests.Name)]
public sealed class BlobLogTests(AzuriteFixture azurite)
{
    private static readonly BlobStoreOptions SmallBlocks = new() { LogBlocks = 5, LogBlockBytes = 200, PieceBytes = 150 };

    private static readonly BlobStoreOptions Impatient = SmallBlocks with { Patience = TimeSpan.Zero };

    [AzuriteFact]
    public async Task A_log_goes_on_past_the_blocks_that_one_blob_can_have()
    {
        var store = new BlobStore(Location, SmallBlocks);
        var lines = new List<string>();

        for (var i = 0; i < 30; i++)
        {
            lines.Add($"line {i}");
            await store.AppendAsync("a/log", [lines[^1]]);
            Assert.Equal(lines, await store.ReadLinesAsync("a/log"));
        }

        Assert.Equal(["a/log"], await BlobsAsync());
    }

    [AzuriteFact]
    public async Task What_another_program_left_without_a_line_end_is_ignored_and_then_cut()
    {
        var store = new BlobStore(Location);
        await store.AppendAsync("a/log", ["one"]);
        await Container.GetAppendBlobClient("a/log").AppendBlockAsync(new MemoryStream("torn"u8.ToArray()));

        Assert.Equal(["one"], await store.ReadLinesAsync("a/log"));
        await store.AppendAsync("a/log", ["two"]);

        Assert.Equal("one\ntwo\n", Encoding.UTF8.GetString((await store.ReadAsync("a/log"))!));
    }

    [AzuriteTheory]
    [InlineData(NetworkFault.LostRequest)]
    [InlineData(NetworkFault.LostAnswer)]
    [InlineData(NetworkFault.FalseFailure)]
    [InlineData(NetworkFault.TimeOut)]
    public async Task A_lost_answer_adds_no_line_twice(NetworkFault fault)
    {
        var requests = 0;
        var faulty = new BlobStore(Location, new BlobStoreOptions { Transport = new FaultyTransport(_ => ++requests % 3 == 0 ? fault : NetworkFault.None) });
        var other = new BlobStore(Location);

        for (var i = 0; i < 5; i++)
        {
            await faulty.AppendAsync("a/log", [$"mine {i}"]);
            await other.AppendAsync("a/log", [$"other {i}"]);
        }

        Assert.Equal(Enumerable.Range(0, 5).SelectMany(i => new[] { $"mine {i}", $"other {i}" }), await other.ReadLinesAsync("a/log"));
    }

    [AzuriteTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_gave_up_in_doubt_and_appends_the_same_again_adds_it_once(bool othersWrite)
    {
        var fault = NetworkFault.None;
        var transport = new FaultyTransport(request => request.Method == RequestMethod.Put ? fault : NetworkFault.None);
        var store = new BlobStore(Location, Impatient with { Transport = transport });
        await store.AppendAsync("a/log", ["one"]);

        fault = NetworkFault.LostAnswer;
        await Assert.ThrowsAsync<StorageException>(() => store.AppendAsync("a/log", ["two"]));
        fault = NetworkFault.None;
        if (othersWrite)
            await new BlobStore(Location).AppendAsync("a/log", ["other"]);
        await store.AppendAsync("a/log", ["two"]);
        await store.AppendAsync("a/log", ["two"]);

        string[] expected = othersWrite ? ["one", "two", "other", "two"] : ["one", "two", "two"];
        Assert.Equal(expected, await store.ReadLinesAsync("a/log"));
    }

    /// <summary>Ends the writer after each request of a rewriting in turn, and lets another process go on.</summary>
    [AzuriteFact]
    public async Task A_rewriting_that_breaks_off_anywhere_loses_nothing()
    {
        string[] old = [.. Enumerable.Range(0, 5).Select(i => $"{i} {new string('x', 150)}")];
        for (var last = 1; ; last++)
        {
            await new BlobStore(Location).DeleteAsync("a");
            foreach (var line in old)
                await new BlobStore(Location).AppendAsync("a/log", [line]);
            var requests = 0;
            var dying = new BlobStore(Location, Impatient with { Transport = new FaultyTransport(_ => ++requests > last ? NetworkFault.LostRequest : NetworkFault.None) });

            var died = false;
            try
            {
                await dying.AppendAsync("a/log", ["new"]);
            }
            catch (StorageException e)
            {
                Assert.Equal(StorageFault.Away, e.Fault);
                died = true;
            }

            var reader = new BlobStore(Location, SmallBlocks);
            var seen = await reader.ReadLinesAsync("a/log");
            Assert.Equal(old, seen.Take(5));
            Assert.True(seen.Count == 5 || seen.Skip(5).SequenceEqual(["new"]), $"after {last} requests: {string.Join(", ", seen)}");
            await reader.AppendAsync("a/log", ["next"]);
            Assert.Equal(seen.Append("next"), await reader.ReadLinesAsync("a/log"));
            if (!died)
            {
                Assert.InRange(last, 8, 40);
                return;
            }
        }
    }

    [AzuriteFact]
    public async Task A_log_whose_content_is_gone_is_called_damaged()
    {
        var store = new BlobStore(Location, SmallBlocks);
        await store.AppendAsync("a/log", ["one"]);
        await Container.GetBlobClient("a/log").SetMetadataAsync(
            new Dictionary<string, string> { ["dtrain_source"] = ".partial-gone", ["dtrain_length"] = "100" });

        var reading = await Assert.ThrowsAsync<StorageException>(() => new BlobStore(Location).ReadLinesAsync("a/log"));
        var writing = await Assert.ThrowsAsync<StorageException>(() => new BlobStore(Location).AppendAsync("a/log", ["two"]));

        Assert.Equal(StorageFault.Missing, reading.Fault);
        Assert.Contains("Restore that blob", writing.Message, StringComparison.Ordinal);
    }

    private string? text;

    private BlobLocation Location => BlobLocation.Parse(text ??= azurite.NewContainer());

    private BlobContainerClient Container => Location.Open(new BlobStoreOptions());

    private async Task<List<string>> BlobsAsync()
    {
        var names = new List<string>();
        await foreach (var blob in Container.GetBlobsAsync())
            names.Add(blob.Name);
        return names;
    }
}
