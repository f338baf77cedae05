using Azure.Core;
using Azure.Storage.Blobs.Specialized;
using DurableTrainer.Storage.Blobs;
using DurableTrainer.Workers.Tests;

namespace DurableTrainer.Storage.Tests;

/// <summary>How a lease on a blob is kept up, and how its holder hears that it is lost. The clock of the store is turned by hand.</summary>
[Collection(AzuriteTests.Name)]
public sealed class BlobLeaseTests(AzuriteFixture azurite)
{
    private static readonly TimeSpan Third = ArtifactLease.Shortest / 3;

    private readonly ManualTime time = new();
    private NetworkFault fault;
    private int renewals;

    [AzuriteFact]
    public async Task A_lease_that_is_renewed_is_held_for_longer_than_it_was_taken_for()
    {
        await using var lease = await TakeAsync();

        for (var i = 1; i <= 6; i++)
        {
            time.Advance(Third);
            await UntilAsync(() => renewals == i);
            await time.UntilAwaitedAsync(ArtifactLease.Shortest);
            Assert.True(lease.IsHeld);
        }

        Assert.False(lease.Lost.IsCancellationRequested);
    }

    [AzuriteFact]
    public async Task A_lease_that_cannot_be_renewed_is_lost_when_its_time_is_over()
    {
        await using var lease = await TakeAsync();
        fault = NetworkFault.LostRequest;

        for (var i = 1; i <= 2; i++)
        {
            time.Advance(Third);
            await UntilAsync(() => renewals == i);
            Assert.True(lease.IsHeld);
            Assert.False(lease.Lost.IsCancellationRequested);
        }

        time.Advance(Third);
        Assert.False(lease.IsHeld);
        Assert.True(lease.Lost.IsCancellationRequested);
    }

    [AzuriteFact]
    public async Task A_holder_whose_lease_was_broken_and_taken_hears_of_it_with_the_next_renewal()
    {
        await using var lease = await TakeAsync();
        var lost = new TaskCompletionSource();
        lease.Lost.Register(lost.SetResult);
        await Location.Open(new()).GetBlobClient("a/lease").GetBlobLeaseClient().BreakAsync(TimeSpan.Zero);
        await using var taken = await new BlobStore(Location).TryLeaseAsync("a/lease", ArtifactLease.Shortest);
        Assert.NotNull(taken);

        time.Advance(Third);
        await lost.Task;

        Assert.False(lease.IsHeld);
        Assert.True(taken.IsHeld);
    }

    [AzuriteFact]
    public async Task Who_comes_back_under_the_same_name_takes_up_its_lease_at_once_and_nobody_else_does()
    {
        var died = await new BlobStore(Location).TryLeaseAsync("a/lease", ArtifactLease.Shortest, "the host of this folder");
        Assert.NotNull(died);

        Assert.Null(await new BlobStore(Location).TryLeaseAsync("a/lease", ArtifactLease.Shortest, "another host"));
        Assert.Null(await new BlobStore(Location).TryLeaseAsync("a/lease", ArtifactLease.Shortest));
        await using var back = await new BlobStore(Location).TryLeaseAsync("a/lease", ArtifactLease.Shortest, "the host of this folder");

        Assert.NotNull(back);
    }

    [AzuriteTheory]
    [InlineData(NetworkFault.LostRequest)]
    [InlineData(NetworkFault.LostAnswer)]
    [InlineData(NetworkFault.Busy)]
    [InlineData(NetworkFault.FalseFailure)]
    [InlineData(NetworkFault.TimeOut)]
    public async Task A_lease_that_is_given_back_over_a_bad_network_is_free_at_once(NetworkFault first)
    {
        var releases = 0;
        var transport = new FaultyTransport(request => IsLease(request, "release") && releases++ == 0 ? first : NetworkFault.None);
        var store = new BlobStore(Location, new BlobStoreOptions { FirstDelay = TimeSpan.FromMilliseconds(1), Transport = transport });
        var lease = await store.TryLeaseAsync("a/lease", ArtifactLease.Shortest);
        Assert.NotNull(lease);

        await lease.DisposeAsync();

        Assert.Equal(2, releases);
        await using var next = await new BlobStore(Location).TryLeaseAsync("a/lease", ArtifactLease.Shortest);
        Assert.NotNull(next);
    }

    private string? text;

    private BlobLocation Location => BlobLocation.Parse(text ??= azurite.NewContainer());

    private async Task<ArtifactLease> TakeAsync()
    {
        var transport = new FaultyTransport(request =>
        {
            if (!IsLease(request, "renew"))
                return NetworkFault.None;
            renewals++;
            return fault;
        });
        var store = new BlobStore(Location, new BlobStoreOptions { Time = time, Transport = transport });
        return await store.TryLeaseAsync("a/lease", ArtifactLease.Shortest) ?? throw new InvalidOperationException("Someone has the lease.");
    }

    private static bool IsLease(Request request, string wanted) =>
        request.Headers.TryGetValue("x-ms-lease-action", out var action) && action == wanted;

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
            await Task.Yield();
    }
}
