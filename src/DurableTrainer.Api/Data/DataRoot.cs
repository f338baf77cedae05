using DurableTrainer.Experiments.Submission;

namespace DurableTrainer.Api.Data;

/// <summary>The folder whose files experiments may use. What is uploaded appears whole or not at all.</summary>
public abstract class DataRoot
{
    /// <summary>Start of the names of files that are being uploaded.</summary>
    protected const string Partial = ".partial-";

    private const int MostPathCharacters = 512;
    private const int MostNameBytes = 255;

    /// <summary>What the data paths of specs are relative to.</summary>
    public abstract string Folder { get; }

    /// <summary>Why a path cannot be used for data; null when it can.</summary>
    public static string? WhyNot(string path)
    {
        if (path.Length is 0 or > MostPathCharacters)
            return $"has {path.Length} characters, must have 1 to {MostPathCharacters}";
        if (DataPaths.WhyNotBelowRoot(path) is { } why)
            return why;
        foreach (var name in path.Split('/'))
        {
            if (name.Any(char.IsSurrogate))
                return "has a name with a character outside the basic plane";
            // The server has decoded everything once, but for these.
            if (name.Contains("%2f", StringComparison.OrdinalIgnoreCase))
                return "has a name with an encoded slash";
            if (name.StartsWith(Partial, StringComparison.Ordinal))
                return $"has a name that starts with '{Partial}', which is reserved";
            if (System.Text.Encoding.UTF8.GetByteCount(name) > MostNameBytes)
                return $"has a name of more than {MostNameBytes} bytes";
        }

        return null;
    }

    /// <summary>Takes a file in from a stream.</summary>
    /// <param name="path">Where to; <see cref="WhyNot"/> says nothing against it.</param>
    /// <param name="content">The file.</param>
    /// <param name="sha256">What its SHA-256 must be, in small hexadecimal letters; anything when null.</param>
    /// <param name="overwrite">Whether a file that is there is replaced.</param>
    /// <param name="cancellation">Ends the upload; nothing of it stays.</param>
    /// <exception cref="DataUploadException">It was not taken, and what was there is unharmed.</exception>
    public abstract Task<DataFile> WriteAsync(string path, Stream content, string? sha256, bool overwrite, CancellationToken cancellation);

    /// <summary>The files below the root, in ordinal order.</summary>
    /// <param name="after">Only those behind this path; all when null.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellation">Ends the reading early.</param>
    public abstract Task<IReadOnlyList<DataFile>> ListAsync(string? after, int limit, CancellationToken cancellation);

    /// <returns>Whether there is a file at a path.</returns>
    public abstract Task<bool> ExistsAsync(string path, CancellationToken cancellation);

    /// <returns>What is at a path; null when there is no file.</returns>
    public abstract Task<DataFile?> DescribeAsync(string path, CancellationToken cancellation);

    /// <exception cref="DataUploadException">Something else arrived than was announced.</exception>
    protected static void Verify(string arrived, string? announced)
    {
        if (announced is not null && arrived != announced)
            throw new DataUploadException(DataUploadFault.Damaged, $"What arrived has SHA-256 {arrived}, but {announced} was announced. Nothing was stored; send it again.");
    }

    protected static DataUploadException IsThere(string path) => new(DataUploadFault.Exists, $"'{path}' is there already.");
}

/// <summary>A file that experiments may use.</summary>
/// <param name="Path">As specs name it.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Of its bytes, in small hexadecimal letters.</param>
public sealed record DataFile(string Path, long Bytes, string Sha256);

/// <summary>Why an upload was not taken.</summary>
public enum DataUploadFault
{
    /// <summary>A folder or file is in the way.</summary>
    Conflict,

    /// <summary>A file is there, and was not to be replaced.</summary>
    Exists,

    /// <summary>Something else arrived than was announced.</summary>
    Damaged,

    /// <summary>There is no space left.</summary>
    Full,
}

/// <summary>An upload was not taken, and what was there is unharmed.</summary>
public sealed class DataUploadException(DataUploadFault fault, string message) : Exception(message)
{
    public DataUploadFault Fault { get; } = fault;
}
