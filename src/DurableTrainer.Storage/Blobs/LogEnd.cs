using Azure;

namespace DurableTrainer.Storage.Blobs;

/// <summary>Where a log ended when it was last seen.</summary>
/// <param name="Length">How many bytes it has; 0 when it is not there.</param>
/// <param name="Version">Names this state of it; null when it is not there.</param>
/// <param name="Blocks">Of how many blocks it is made.</param>
/// <param name="IsLog">False when it was written as a whole file.</param>
/// <param name="IsTorn">Whether what follows the last line end is no line.</param>
internal sealed record LogEnd(long Length, ETag? Version, int Blocks, bool IsLog, bool IsTorn)
{
    /// <summary>As much as is looked at to see what others added.</summary>
    private const int GlanceBytes = 64 << 10;

    public static LogEnd Absent { get; } = new(0, null, 0, true, false);

    /// <summary>Looks where a log ends, and completes it first if its rewriting was broken off.</summary>
    /// <param name="reading">Reads it.</param>
    /// <param name="rewrite">Completes it.</param>
    /// <param name="path">The log.</param>
    /// <param name="before">Where it ended before: what others added since usually comes with one request.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<LogEnd> LookAsync(BlobReading reading, LogRewrite rewrite, string path, LogEnd? before, CancellationToken ct)
    {
        var start = Math.Max(0, (before?.Length ?? 0) - 1);
        ETag version = default;
        while (true)
        {
            var part = await reading.ReadPartAsync(path, new HttpRange(start, GlanceBytes), version, ct);
            if (part is null && version == default)
                return Absent;
            if (part is not null && LogRewrite.Source(part.Metadata, part.Length) is not null)
                await rewrite.FinishAsync(path, ct);
            else if (part is not null && part.Length == start + part.Content.Length)
                return new(part.Length, part.Version, part.Blocks, part.IsLog, part.Content is [.., not (byte)'\n']);
            else if (part is not null && start != part.Length - 1)
                (start, version) = (Math.Max(0, part.Length - 1), part.Version);
            else
                version = default;
        }
    }
}
