namespace DurableTrainer.Storage;

/// <summary>The rule for paths, the same in every store: none leaves its root, and each means the same on every system.</summary>
internal static class ArtifactPath
{
    /// <summary>Start of the names of files that are being written.</summary>
    public const string PartialPrefix = ".partial-";

    /// <summary>As long as a blob's name may be.</summary>
    private const int MaxLength = 1024;

    /// <summary>As long as a name may be in the usual file systems, in bytes of UTF-8.</summary>
    private const int MaxSegmentBytes = 255;

    /// <exception cref="ArgumentException">The path is not allowed.</exception>
    public static void Check(string path)
    {
        if (path.Length > MaxLength)
            throw Refused(path, $"is longer than {MaxLength} characters");
        foreach (var segment in path.Split('/'))
            CheckSegment(segment, path);
    }

    /// <exception cref="ArgumentException">The segment is not allowed; the message names <paramref name="path"/>.</exception>
    public static void CheckSegment(string segment, string path)
    {
        if (segment.Length == 0)
            throw Refused(path, "has an empty name");
        if (segment is "." or "..")
            throw Refused(path, $"holds '{segment}'");
        if (segment.StartsWith(PartialPrefix, StringComparison.Ordinal))
            throw Refused(path, $"has a name that starts with '{PartialPrefix}', which is reserved");
        if (segment.Any(c => c is '/' or '\\' or ':' || char.IsControl(c)))
            throw Refused(path, "has a name with a slash, backslash, colon or control character");
        if (System.Text.Encoding.UTF8.GetByteCount(segment) > MaxSegmentBytes)
            throw Refused(path, $"has a name of more than {MaxSegmentBytes} bytes");
    }

    private static ArgumentException Refused(string path, string why) =>
        new($"The artifact path '{(path.Length > 200 ? path[..200] + "…" : path)}' {why}. A path is names joined by '/'.", nameof(path));
}
