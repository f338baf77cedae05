using System.IO.Compression;
using System.IO.Enumeration;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DurableTrainer.Core.Space;
using DurableTrainer.Storage;
using DurableTrainer.Training.Checkpoints;
using DurableTrainer.Workers.Slices;

namespace DurableTrainer.Workers.Commands;

/// <summary>
/// The checkpoint of a command's trial: its folder as a zip file that any tool can open, with what is known of the trial beside. The
/// comment at the end of the file is the SHA-256 of all before it: <c>head -c -64 FILE | sha256sum</c>.
/// </summary>
internal sealed record FolderCheckpoint : ITrialCheckpoint
{
    private const string TrialEntry = ".dtrain.json";
    private const int Digits = 2 * SHA256.HashSizeInBytes;

    // The same for every file, so that the same folder gives the same bytes.
    private static readonly DateTimeOffset AnyTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        // A command may report anything beyond the epoch that it was asked for.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    // What is larger does not fit into one artifact.
    private const long MostBytes = 1L << 30;

    private byte[] content = [];

    public static CheckpointFormat<FolderCheckpoint> Format { get; } = new(ArtifactPaths.Zip, Read);

    public required int Epoch { get; init; }

    /// <summary>Commands count epochs alone.</summary>
    public long Step => Epoch;

    public required Point Point { get; init; }

    public required IReadOnlyList<EpochMetrics> History { get; init; }

    /// <summary>What the command had reported beyond these epochs when it was ended.</summary>
    public required IReadOnlyList<EpochLine> Ahead { get; init; }

    /// <summary>Packs a folder: regular files alone, those that links lead to included. The same folder gives the same bytes.</summary>
    /// <exception cref="CommandFailedException">They are too large together.</exception>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public byte[] Write(string folder)
    {
        var files = FilesIn(folder).ToList();
        if (files.Sum(file => new FileInfo(file).Length) is > MostBytes and var size)
            throw new CommandFailedException($"its checkpoint folder holds {size / (double)MostBytes:0.0} GiB, may hold up to 1 GiB");
        var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            archive.Comment = new string('0', Digits);
            using (var trial = New(archive, TrialEntry))
                JsonSerializer.Serialize(trial, this, Json);
            foreach (var path in files)
            {
                using var entry = New(archive, Path.GetRelativePath(folder, path));
                // Nothing can be read from pipes and sockets, which are empty too; opening one might never end.
                if (new FileInfo(path) is not { Length: > 0 })
                    continue;
                using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                file.CopyTo(entry);
            }
        }

        var bytes = stream.ToArray();
        Encoding.ASCII.GetBytes(HashOf(bytes), bytes.AsSpan(^Digits..));
        return bytes;
    }

    /// <summary>Unpacks into an empty folder.</summary>
    public void Unpack(string folder)
    {
        using var archive = new ZipArchive(new MemoryStream(content), ZipArchiveMode.Read);
        archive.ExtractToDirectory(folder);
        File.Delete(Path.Combine(folder, TrialEntry));
    }

    /// <exception cref="CheckpointException">The bytes are not such a checkpoint, or not every bit of them is as it was written.</exception>
    private static FolderCheckpoint Read(byte[] file)
    {
        if (file.Length < Digits || !file.AsSpan(^Digits..).SequenceEqual(Encoding.ASCII.GetBytes(HashOf(file))))
            throw new CheckpointException("The checksum at its end does not match the content; the file was cut off or damaged.");
        try
        {
            using var archive = new ZipArchive(new MemoryStream(file), ZipArchiveMode.Read);
            var entry = archive.GetEntry(TrialEntry) ?? throw new CheckpointException($"It has no '{TrialEntry}'; this is no checkpoint of a trial.");
            using var trial = entry.Open();
            var checkpoint = JsonSerializer.Deserialize<FolderCheckpoint>(trial, Json) ?? throw new CheckpointException($"'{TrialEntry}' is empty.");
            checkpoint.content = file;
            return checkpoint;
        }
        catch (Exception exception) when (exception is InvalidDataException or JsonException)
        {
            throw new CheckpointException($"It cannot be read: {exception.Message}", exception);
        }
    }

    private static string HashOf(byte[] file) => Convert.ToHexStringLower(SHA256.HashData(file.AsSpan(..^Digits)));

    private static Stream New(ZipArchive archive, string name)
    {
        var entry = archive.CreateEntry(name.Replace('\\', '_'), CompressionLevel.Fastest);
        entry.LastWriteTime = AnyTime;
        return entry.Open();
    }

    private static IEnumerable<string> FilesIn(string folder)
    {
        var everything = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.None };
        // A link to a folder may lead anywhere, back to where it stands too.
        var files = new FileSystemEnumerable<string>(folder, (ref entry) => entry.ToFullPath(), everything)
        {
            ShouldIncludePredicate = (ref entry) => !entry.IsDirectory,
            ShouldRecursePredicate = (ref entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
        return files.Where(path => Path.GetRelativePath(folder, path) != TrialEntry && LeadsToFile(path)).Order(StringComparer.Ordinal);
    }

    /// <summary>A link may lead nowhere.</summary>
    private static bool LeadsToFile(string path) =>
        !File.GetAttributes(path).HasFlag(FileAttributes.ReparsePoint) || File.ResolveLinkTarget(path, returnFinalTarget: true) is FileInfo { Exists: true };
}
