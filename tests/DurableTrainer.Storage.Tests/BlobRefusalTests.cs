using System.Net;
using System.Net.Sockets;
using DurableTrainer.Storage.Blobs;

namespace DurableTrainer.Storage.Tests;

/// <summary>What a user is told when the place is wrong or away.</summary>
[Collection(AzuriteTests.Name)]
public sealed class BlobRefusalTests(AzuriteFixture azurite)
{
    private const string Key = "bm90IHRoZSBrZXkgb2YgYW55IGFjY291bnQgYXQgYWxs";

    [AzuriteFact]
    public async Task A_wrong_key_is_refused_at_once_and_not_shown()
    {
        var parts = azurite.Azurite.ConnectionString.Split(';').Select(part => part.StartsWith("AccountKey", StringComparison.Ordinal) ? $"AccountKey={Key}" : part);
        var store = new BlobStore(BlobLocation.Parse(string.Join(';', parts)));

        var e = await Assert.ThrowsAsync<StorageException>(() => store.WriteAsync("a/file", new byte[1]));

        Assert.Equal(StorageFault.Denied, e.Fault);
        Assert.StartsWith($"Cannot write 'a/file' in http://127.0.0.1:{azurite.Azurite.Port}/", e.Message, StringComparison.Ordinal);
        Assert.Contains("refuses this key or identity", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, e.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\n", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_does_not_answer_is_given_up_after_the_patience_with_what_to_do()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();
        var location = BlobLocation.Parse($"DefaultEndpointsProtocol=http;AccountName=x;AccountKey={Key};BlobEndpoint=http://127.0.0.1:{port}/x");
        var store = new BlobStore(location, new BlobStoreOptions { Patience = TimeSpan.FromMilliseconds(300) });

        var e = await Assert.ThrowsAsync<StorageException>(() => store.AppendAsync("a/log", ["x"]));

        Assert.Equal(StorageFault.Away, e.Fault);
        Assert.Contains("ConnectionRefused", e.Message, StringComparison.Ordinal);
        Assert.Contains("npm run azurite", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_that_no_one_knows_is_refused_at_once()
    {
        var store = new BlobStore(BlobLocation.Parse($"AccountName=x;AccountKey={Key};BlobEndpoint=http://no-such-account.invalid/x"));

        var e = await Assert.ThrowsAsync<StorageException>(() => store.ReadAsync("a/file"));

        Assert.Equal(StorageFault.Misnamed, e.Fault);
        Assert.Contains("spelt right", e.Message, StringComparison.Ordinal);
    }

    [AzuriteFact]
    public async Task A_file_that_another_holds_by_a_lease_is_refused_with_the_reason()
    {
        var location = BlobLocation.Parse(azurite.NewContainer());
        await using var lease = await new BlobStore(location).TryLeaseAsync("a/lease", ArtifactLease.Shortest);

        var e = await Assert.ThrowsAsync<StorageException>(() => new BlobStore(location).WriteAsync("a/lease", new byte[1]));

        Assert.Equal(StorageFault.Denied, e.Fault);
        Assert.Contains("another process holds it", e.Message, StringComparison.Ordinal);
    }
}
