namespace DurableTrainer.Storage;

/// <summary>
/// Where the files of experiments live: whole files that appear at once, and logs that only grow. It knows nothing of what they mean.
/// </summary>
/// <remarks>
/// <para>A path is names joined by <c>/</c>, without <c>.</c> and <c>..</c>, control characters, backslashes or colons
/// (<see cref="ArtifactPaths"/> makes them); any other is refused with an <see cref="ArgumentException"/>. A path names a file or a folder
/// of files, not both. Folders need no making, and one without files does not exist.</para>
/// <para>All methods may be called from many tasks, and from many processes where the store says so. They throw a
/// <see cref="StorageException"/> when the place refuses, and may then be called again.</para>
/// </remarks>
public abstract class ArtifactStore
{
    /// <summary>
    /// Writes a whole file, new or in place of another. Readers see the old content or the new, never a part; when the task ends, the new
    /// one survives a crash of the machine. When it fails, the old content stays, and nothing else is left behind.
    /// </summary>
    public abstract Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken ct = default);

    /// <summary>Like <see cref="WriteAsync"/>, but only where no file is yet.</summary>
    /// <returns>Whether this call created the file. Of several at once, one does.</returns>
    public abstract Task<bool> TryCreateAsync(string path, ReadOnlyMemory<byte> content, CancellationToken ct = default);

    /// <summary>Like <see cref="WriteAsync"/>, but only in place of a file with exactly the content that is expected.</summary>
    /// <returns>
    /// Whether the new content is in its place: also when it was before, so that a call whose outcome is not known may be repeated. Of several
    /// at once that expect the same and write different things, one hears that it is.
    /// </returns>
    public abstract Task<bool> TryReplaceAsync(
        string path, ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> content, CancellationToken ct = default);

    /// <returns>The content, or null when there is no such file.</returns>
    public abstract Task<byte[]?> ReadAsync(string path, CancellationToken ct = default);

    /// <returns>Whether a file is there.</returns>
    public abstract Task<bool> ExistsAsync(string path, CancellationToken ct = default);

    /// <summary>Deletes the file of that path, and all files below it. One that is not there is no error.</summary>
    public abstract Task DeleteAsync(string path, CancellationToken ct = default);

    /// <param name="prefix">A folder; empty for all files.</param>
    /// <param name="ct">Ends the listing early.</param>
    /// <returns>The paths of all files below it, in ordinal order.</returns>
    public abstract Task<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken ct = default);

    /// <param name="prefix">A folder; empty for the whole store.</param>
    /// <param name="ct">Ends the listing early.</param>
    /// <returns>
    /// The names of the folders directly in it, in ordinal order; what they hold is not looked at, so that this is quick however much it is.
    /// </returns>
    public abstract Task<IReadOnlyList<string>> ListFoldersAsync(string prefix, CancellationToken ct = default);

    /// <param name="prefix">A folder.</param>
    /// <param name="ct">Ends the count early.</param>
    /// <returns>How many bytes the files below it hold, all together.</returns>
    public abstract Task<long> SizeAsync(string prefix, CancellationToken ct = default);

    /// <summary>
    /// Adds lines to a log, which it makes if need be, all of them next to each other. Before that it cuts off a last line that a crash
    /// left without its end. When the task ends, the lines survive a crash of the machine. When it fails, none was added; a crash
    /// meanwhile may leave the first of them.
    /// </summary>
    /// <exception cref="ArgumentException">A line holds a line end.</exception>
    public abstract Task AppendAsync(string path, IReadOnlyList<string> lines, CancellationToken ct = default);

    /// <returns>The whole lines of a log, without their ends; none when there is no such log.</returns>
    public abstract Task<IReadOnlyList<string>> ReadLinesAsync(string path, CancellationToken ct = default);

    /// <summary>
    /// Takes a path for this caller alone, among all who use the store. The lease is renewed until it is disposed; when the process
    /// dies, it ends at once or after <paramref name="duration"/>.
    /// </summary>
    /// <param name="path">
    /// A file that stands for nothing but the lease: it is made, without content, where it is not there, and stays. Nobody may write or
    /// delete it meanwhile.
    /// </param>
    /// <param name="duration">
    /// For how long the lease may go without renewal, between <see cref="ArtifactLease.Shortest"/> and <see cref="ArtifactLease.Longest"/>.
    /// </param>
    /// <param name="holder">
    /// Who takes it, by a name that nobody else uses: who died and comes back under the same name is given the lease at once, where it would
    /// have to wait for its own to end. A new name each time when null.
    /// </param>
    /// <param name="ct">Gives up.</param>
    /// <returns>The lease, or null when someone has it.</returns>
    public abstract Task<ArtifactLease?> TryLeaseAsync(string path, TimeSpan duration, string? holder = null, CancellationToken ct = default);
}
