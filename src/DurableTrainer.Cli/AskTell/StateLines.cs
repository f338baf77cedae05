using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DurableTrainer.Cli.AskTell;

/// <summary>
/// How a state file looks. Each line is 16 hexadecimal digits of SHA-256 over the digits before (none in the first line), a space and
/// the text; then a space and the text. The first text names the format, the second is a whole state as JSON, each further one a change:
/// how many bytes of the state before stay at its beginning, how many at its end, and what comes between them.
/// </summary>
internal static class StateLines
{
    public const string Format = "dtrain-tuner-state ";
    public const int Version = 1;

    private const int DigestLength = 16;

    /// <summary>A file with one whole state.</summary>
    public static byte[] Whole(ReadOnlySpan<byte> state, out string digest)
    {
        var first = Line("", Encoding.ASCII.GetBytes(Format + Version.ToString(CultureInfo.InvariantCulture)), out digest);
        return [.. first, .. Line(digest, state, out digest)];
    }

    /// <summary>The line of a change, to follow the line of <paramref name="digest"/>.</summary>
    public static byte[] Change(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after, ref string digest)
    {
        var head = before.CommonPrefixLength(after);
        var (limit, tail) = (Math.Min(before.Length, after.Length) - head, 0);
        while (tail < limit && before[^(tail + 1)] == after[^(tail + 1)])
            tail++;
        return Line(digest, [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{head} {tail} ")), .. after[head..^tail]], out digest);
    }

    /// <summary>The text of a line without its line end, or null when the digits do not fit.</summary>
    public static bool TryText(ReadOnlySpan<byte> line, ref string digest, out ReadOnlySpan<byte> text)
    {
        text = line.Length > DigestLength && line[DigestLength] == ' ' ? line[(DigestLength + 1)..] : [];
        var expected = text.IsEmpty ? "" : Digest(digest, text);
        if (text.IsEmpty || !line[..DigestLength].SequenceEqual(Encoding.ASCII.GetBytes(expected)))
            return false;
        digest = expected;
        return true;
    }

    /// <summary>The state after a change; null when the change does not fit.</summary>
    public static byte[]? Apply(ReadOnlySpan<byte> before, ReadOnlySpan<byte> change)
    {
        if (!TakeCount(ref change, out var head) || !TakeCount(ref change, out var tail) || head + tail > before.Length)
            return null;
        return [.. before[..(int)head], .. change, .. before[^(int)tail..]];
    }

    private static bool TakeCount(ref ReadOnlySpan<byte> text, out long count)
    {
        if (!Utf8Parser.TryParse(text, out count, out var length) || count is < 0 or > int.MaxValue || length >= text.Length || text[length] != ' ')
            return false;
        text = text[(length + 1)..];
        return true;
    }

    /// <summary>A line with any text.</summary>
    public static byte[] Line(string before, ReadOnlySpan<byte> text, out string digest)
    {
        digest = Digest(before, text);
        return [.. Encoding.ASCII.GetBytes(digest), (byte)' ', .. text, (byte)'\n'];
    }

    private static string Digest(string before, ReadOnlySpan<byte> text)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes(before + " "));
        hash.AppendData(text);
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..DigestLength];
    }
}
