using DurableTrainer.Storage.Blobs;

namespace DurableTrainer.Storage.Tests;

/// <summary>Logs as append blobs: limits of the service, writers from elsewhere, and rewriting that breaks off.</summary>
[Collection(AzuriteTests.Name)]
public sealed class BlobLogTests(AzuriteFixture azurite)
{
    [AzuriteFact]
    public async Task A_log_goes_on_past_the_blocks_that_one_blob_can_have()
    {
        var options = new BlobStoreOptions { LogBlocks = 5, LogBlockBytes = 200, PieceBytes = 150 };
        var store = new BlobStore(BlobLocation.Parse(azurite.NewContainer()), options);
        var lines = new List<string>();

        for (var i = 0; i < 60; i++)
        {
            lines.Add($"line {i}");
            await store.AppendAsync("a/log", [lines[^1]]);
            Assert.Equal(lines, await store.ReadLinesAsync("a/log"));
        }
    }
}
