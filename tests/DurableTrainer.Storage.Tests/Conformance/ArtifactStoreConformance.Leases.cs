namespace DurableTrainer.Storage.Tests.Conformance;

/// <content>What every store promises of leases.</content>
public abstract partial class ArtifactStoreConformance
{
    [StoreFact]
    public async Task A_lease_is_one_callers_until_it_is_given_back()
    {
        var first = await Store.TryLeaseAsync("a/lease", ArtifactLease.Shortest);
        Assert.NotNull(first);
        Assert.True(first.IsHeld);
        Assert.Null(await Store.TryLeaseAsync("a/lease", ArtifactLease.Longest));
        Assert.Null(await Store.TryLeaseAsync("a/lease", ArtifactLease.Longest));
        await using (var other = await Store.TryLeaseAsync("a/other", ArtifactLease.Shortest))
            Assert.NotNull(other);

        await first.DisposeAsync();
        await first.DisposeAsync();

        Assert.False(first.IsHeld);
        Assert.False(first.Lost.IsCancellationRequested);
        await using var second = await Store.TryLeaseAsync("a/lease", ArtifactLease.Shortest);
        Assert.NotNull(second);
        Assert.Equal(["a/lease", "a/other"], await Store.ListAsync(""));
    }

    [StoreFact]
    public async Task Of_many_who_want_a_lease_at_once_one_gets_it()
    {
        var leases = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Store.TryLeaseAsync("a/lease", ArtifactLease.Shortest)));

        var lease = Assert.Single(leases, lease => lease is not null);
        await lease!.DisposeAsync();
    }

    [StoreFact]
    public async Task A_lease_for_less_or_more_than_a_service_allows_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.TryLeaseAsync("a", TimeSpan.FromSeconds(14)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.TryLeaseAsync("a", TimeSpan.FromSeconds(61)));
    }
}
