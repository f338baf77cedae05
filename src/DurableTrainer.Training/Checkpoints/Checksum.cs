using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace DurableTrainer.Training.Checkpoints;

/// <summary>
/// The entry <c>sha256</c> in a checkpoint's metadata: the SHA-256 of the whole file in which the 64 digits of this entry are zeros.
/// So it covers every bit, of tensors, names and metadata alike, and <c>sed</c> and <c>sha256sum</c> are enough to check it.
/// </summary>
internal static class Checksum
{
    public const string Key = "sha256";

    private const int Digits = 2 * SHA256.HashSizeInBytes;

    public static readonly string Blank = new('0', Digits);

    /// <summary>Quotes inside of JSON text are escaped, so this occurs nowhere but at the entry itself.</summary>
    private static ReadOnlySpan<byte> Entry => "\"sha256\":\""u8;

    /// <summary>Fills in the checksum of a file that was written with a blank one.</summary>
    public static void Enter(Span<byte> file) =>
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(file)), file[Find(file)..]);

    /// <exception cref="CheckpointException">There is no checksum, or it is that of other bytes.</exception>
    public static void Verify(ReadOnlySpan<byte> file)
    {
        var start = Find(file);
        if (start < 0)
            throw new CheckpointException("The file has no checksum; it was cut off, damaged, or is no checkpoint of a trial.");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(file[..start]);
        hash.AppendData(Encoding.ASCII.GetBytes(Blank));
        hash.AppendData(file[(start + Digits)..]);
        var actual = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset()));
        if (!file.Slice(start, Digits).SequenceEqual(actual))
            throw new CheckpointException("The checksum does not match the content; the file was cut off or damaged.");
    }

    /// <returns>Where the digits are, or -1.</returns>
    private static int Find(ReadOnlySpan<byte> file)
    {
        if (file.Length < sizeof(ulong))
            return -1;
        var header = file[sizeof(ulong)..];
        var length = BinaryPrimitives.ReadUInt64LittleEndian(file);
        if (length < (ulong)header.Length)
            header = header[..(int)length];
        var entry = header.IndexOf(Entry);
        return entry >= 0 && entry + Entry.Length + Digits <= header.Length ? sizeof(ulong) + entry + Entry.Length : -1;
    }
}
