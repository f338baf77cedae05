using DurableTrainer.Storage;

namespace DurableTrainer.Cli.Hosting;

/// <summary>
/// The right of a host to be the only one that works on a container of blob storage, kept up through times in which the storage is away.
/// </summary>
internal sealed class HostLease : IAsyncDisposable
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    /// <summary>One that was killed holds on for so long.</summary>
    private static readonly TimeSpan Patience = ArtifactLease.Shortest + TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource ending = new();
    private readonly TaskCompletionSource takenOver = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task keeping;

    private HostLease(ArtifactStore store, string holder, ArtifactLease lease) => keeping = KeepAsync(store, holder, lease);

    /// <summary>Completes, faulted, when another host has taken the container over.</summary>
    public Task TakenOver => takenOver.Task;

    /// <param name="store">The container.</param>
    /// <param name="holder">The host: one that was killed takes up its own lease again.</param>
    /// <param name="cancellation">Ends the wait for another host's end.</param>
    /// <exception cref="UsageException">Another host has it.</exception>
    public static async Task<HostLease> TakeAsync(ArtifactStore store, string holder, CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        var since = time.GetTimestamp();
        while (true)
        {
            if (await store.TryLeaseAsync(ArtifactPaths.Host, ArtifactLease.Shortest, holder, cancellation) is { } lease)
                return new HostLease(store, holder, lease);
            if (time.GetElapsedTime(since) > Patience)
                throw new UsageException("Another host works on this container. Stop it, ask it with --server, or use another container.");
            await Task.Delay(Between, cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await keeping;
        ending.Dispose();
    }

    private async Task KeepAsync(ArtifactStore store, string holder, ArtifactLease first)
    {
        var lease = first;
        try
        {
            while (true)
            {
                await using (lease)
                {
                    using var lost = CancellationTokenSource.CreateLinkedTokenSource(lease.Lost, ending.Token);
                    await Task.Delay(Timeout.Infinite, lost.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }

                ending.Token.ThrowIfCancellationRequested();
                lease = await AgainAsync(store, holder);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // It was given back.
        }
        catch (UsageException taken)
        {
            takenOver.SetException(taken);
        }
    }

    private async Task<ArtifactLease> AgainAsync(ArtifactStore store, string holder)
    {
        while (true)
        {
            try
            {
                return await store.TryLeaseAsync(ArtifactPaths.Host, ArtifactLease.Shortest, holder, ending.Token)
                    ?? throw new UsageException("Another host has taken this container over while the storage was away.");
            }
            catch (StorageException)
            {
                // Still away: whoever needs it waits, too.
                await Task.Delay(Between, ending.Token);
            }
        }
    }
}
