namespace DurableTrainer.Cli.AskTell;

/// <summary>
/// Reads lines of bytes from a stream, none longer than a bound: of one that is, the rest is skipped, so that no input can take more
/// memory than that. A carriage return before the line end and a byte order mark at the very start do not belong to a line.
/// </summary>
internal sealed class LineReader(Stream input, int maxBytes) : IDisposable
{
    private readonly byte[] buffer = new byte[64 * 1024];
    private readonly MemoryStream line = new();
    private int start;
    private int end;
    private bool isFirst = true;

    /// <summary>The next line, which the one after it overwrites; null at the end of the input.</summary>
    public async Task<InputLine?> ReadAsync(CancellationToken cancellation)
    {
        line.SetLength(0);
        var isTooLong = false;
        var hasAny = false;
        while (true)
        {
            // Nobody can interrupt a read from a terminal or a pipe, so it is left to itself.
            if (start == end)
                (start, end) = (0, await input.ReadAsync(buffer, CancellationToken.None).AsTask().WaitAsync(cancellation));
            if (start == end)
                return hasAny ? Take(isTooLong) : null;
            hasAny = true;
            var rest = buffer.AsSpan(start..end);
            var lineEnd = rest.IndexOf((byte)'\n');
            var part = lineEnd < 0 ? rest : rest[..lineEnd];
            start += lineEnd < 0 ? rest.Length : lineEnd + 1;
            isTooLong |= line.Length + part.Length > maxBytes;
            if (!isTooLong)
                line.Write(part);
            if (lineEnd >= 0)
                return Take(isTooLong);
        }
    }

    public void Dispose() => line.Dispose();

    private InputLine Take(bool isTooLong)
    {
        var bytes = line.GetBuffer().AsMemory(0, (int)line.Length);
        if (isFirst && bytes.Span.StartsWith("\uFEFF"u8))
            bytes = bytes[3..];
        isFirst = false;
        return new InputLine(bytes.Span.EndsWith("\r"u8) ? bytes[..^1] : bytes, isTooLong);
    }
}

/// <param name="Bytes">What stands in the line; its beginning when it is too long.</param>
/// <param name="IsTooLong">Whether it is longer than allowed.</param>
internal readonly record struct InputLine(ReadOnlyMemory<byte> Bytes, bool IsTooLong)
{
    public bool IsBlank => !IsTooLong && Bytes.Span.Trim(" \t\r"u8).IsEmpty;
}
