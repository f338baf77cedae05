using System.Globalization;
using System.Text;

namespace DurableTrainer.Cli.AskTell;

/// <summary>What was found in a state file.</summary>
/// <param name="Content">The last state that was acknowledged.</param>
/// <param name="Digest">Of the last line that counts.</param>
/// <param name="End">Where the next line goes; null when the last one lacks its end, so that nothing can follow.</param>
/// <param name="Changes">How many bytes of changes there are.</param>
internal sealed record SavedState(byte[] Content, string Digest, long? End, long Changes)
{
    /// <summary>Reads a whole file. The beginning of a line at its end, which never was acknowledged, does not count.</summary>
    /// <exception cref="StateFileException">It is damaged anywhere else, or no state file of this version.</exception>
    public static SavedState Read(ReadOnlySpan<byte> bytes, string path)
    {
        if (bytes.IsEmpty)
            throw new StateFileException($"The state file '{path}' is empty, which no program leaves behind. Put back a copy, or delete it to start anew.");
        byte[]? content = null;
        var (digest, start, number, changes) = ("", 0, 1, 0L);
        for (; start < bytes.Length; number++)
        {
            var length = bytes[start..].IndexOf((byte)'\n');
            var line = length < 0 ? bytes[start..] : bytes.Slice(start, length);
            if (length < 0 && number > 2 && IsTorn(line, digest))
                break;
            if (!StateLines.TryText(line, ref digest, out var text))
            {
                throw number > 2 && start + line.Length + 1 >= bytes.Length
                    ? Damaged(path, number, start, "it does not fit its checksum", $"It is the last one: if the machine went down while it was written, go on without it after `truncate -s {start} {path}`. Otherwise put back a copy.")
                    : Damaged(path, number, start, "it does not fit its checksum");
            }

            if (number == 1)
                CheckFormat(Encoding.UTF8.GetString(text), path);
            else if (content is null)
                content = text.ToArray();
            else
                content = StateLines.Apply(content, text) ?? throw Damaged(path, number, start, "it is no change of the state before");
            changes += number > 2 ? line.Length : 0;
            if (length < 0)
                return new SavedState(content ?? throw Unfinished(path, number, start), digest, null, changes);
            start += length + 1;
        }

        return new SavedState(content ?? throw Unfinished(path, number, start), digest, start, changes);
    }

    /// <summary>Not when a whole line stands there: then it is the line end that is missing, or damaged.</summary>
    private static bool IsTorn(ReadOnlySpan<byte> line, string digest)
    {
        var before = digest;
        return !StateLines.TryText(line, ref before, out _) && !StateLines.TryText(line[..^1], ref before, out _);
    }

    private static void CheckFormat(string text, string path)
    {
        if (!text.StartsWith(StateLines.Format, StringComparison.Ordinal)
            || !int.TryParse(text.AsSpan(StateLines.Format.Length), CultureInfo.InvariantCulture, out var version))
        {
            throw new StateFileException($"'{path}' is no state file of `dtrain tuner`.");
        }

        if (version != StateLines.Version)
            throw new StateFileException($"The state file '{path}' has format version {version}, this program reads version {StateLines.Version}. Use the program that wrote it.");
    }

    private static StateFileException Unfinished(string path, int line, int offset) => Damaged(path, line, offset, "it ends before a whole state");

    private static StateFileException Damaged(string path, int line, int offset, string how, string remedy = "Put back a copy, or delete it to start anew.") =>
        new(string.Create(CultureInfo.InvariantCulture, $"The state file '{path}' is damaged in line {line}, which begins at byte {offset}: {how}. It was left as it is. {remedy}"));
}
