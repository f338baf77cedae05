namespace DurableTrainer.Storage;

/// <summary>
/// The right to be the only one, which <see cref="ArtifactStore.TryLeaseAsync"/> gives. It is kept up by itself until it is disposed, and
/// ends by itself when its process dies.
/// </summary>
public abstract class ArtifactLease : IAsyncDisposable
{
    /// <summary>The shortest time for which a lease can be taken.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(15);

    /// <summary>The longest time for which a lease can be taken.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Cancelled when the lease was lost: it could not be renewed for so long that another may hold it. It does not come back. Disposing
    /// does not cancel it.
    /// </summary>
    public abstract CancellationToken Lost { get; }

    /// <summary>
    /// Whether nobody else can hold the lease now. Unlike <see cref="Lost"/> it looks at the clock, so that it is right even where this
    /// process stood still.
    /// </summary>
    public abstract bool IsHeld { get; }

    /// <summary>Gives the lease back.</summary>
    public abstract ValueTask DisposeAsync();

    internal static void Check(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, Shortest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(duration, Longest);
    }
}
