namespace DurableTrainer.Storage.Blobs.Data;

/// <summary>A blob as specs name it: <c>blob:container/name</c>; or a folder of them.</summary>
/// <param name="Container">The container.</param>
/// <param name="Name">The blob's name in it.</param>
public sealed record BlobPath(string Container, string Name)
{
    /// <summary>What such a path begins with.</summary>
    public const string Scheme = "blob:";

    /// <summary>Whether a path is meant for a blob, a wrong one included.</summary>
    public static bool IsMeant(string path) => path.StartsWith(Scheme, StringComparison.Ordinal);

    /// <summary>Why a path that is meant for a blob names none; null when it names one.</summary>
    public static string? WhyNot(string path)
    {
        if (path.IndexOf('/', StringComparison.Ordinal) is var slash && slash < 0)
            return $"names no blob: write {Scheme}container/name";
        if (!BlobLocationText.IsContainer(path[Scheme.Length..slash]))
            return $"names no container that there may be: write {Scheme}container/name, the container of small letters, digits and hyphens";
        try
        {
            ArtifactPath.Check(path[(slash + 1)..]);
            return null;
        }
        catch (ArgumentException)
        {
            return "has a name that is not allowed: names joined by '/', without '.' and '..', colons, backslashes and control characters";
        }
    }

    /// <param name="path">A path that <see cref="WhyNot"/> says nothing against.</param>
    public static BlobPath Parse(string path)
    {
        if (!IsMeant(path) || WhyNot(path) is not null)
            throw new ArgumentException($"'{path}' names no blob.", nameof(path));
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return new(path[Scheme.Length..slash], path[(slash + 1)..]);
    }

    public override string ToString() => $"{Scheme}{Container}/{Name}";
}
