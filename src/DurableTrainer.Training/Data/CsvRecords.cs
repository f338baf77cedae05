using System.Text;

namespace DurableTrainer.Training.Data;

/// <summary>
/// The records of a delimited text file (RFC 4180), one at a time: UTF-8 with or without a byte order mark, any line ends, fields in
/// quotes where they need it. Blank lines are skipped.
/// </summary>
internal sealed class CsvRecords(DataFile file, char delimiter)
{
    /// <summary>A field longer than this is a wrong delimiter or an open quote, not a number or a name.</summary>
    private const int MaxFieldLength = 1 << 20;

    private readonly Decoder decoder = Encoding.UTF8.GetDecoder();
    private readonly byte[] bytes = new byte[1 << 15];
    private readonly char[] chars = new char[(1 << 15) + 1];
    private readonly List<int> ends = [];
    private char[] text = new char[1024];
    private int textLength;
    private int next, available;
    private int line = 1;
    private bool started;

    /// <summary>The line on which the current record starts, counted from 1.</summary>
    public int Line { get; private set; }

    /// <summary>Fields of the current record.</summary>
    public int Count => ends.Count;

    /// <summary>A field of the current record, without quotes; valid until the next record is read.</summary>
    public ReadOnlySpan<char> this[int field]
    {
        get
        {
            var start = field == 0 ? 0 : ends[field - 1];
            return text.AsSpan(start, ends[field] - start);
        }
    }

    /// <returns>False at the end of the file.</returns>
    /// <exception cref="DataException">Quotes do not match, or a field is too long.</exception>
    public bool Read()
    {
        do
        {
            if (Peek() < 0)
                return false;
            Line = line;
            textLength = 0;
            ends.Clear();
            while (ReadField())
            {
            }
        }
        while (Count == 1 && this[0].IsWhiteSpace());
        return true;
    }

    /// <returns>Whether another field of the same record follows.</returns>
    private bool ReadField()
    {
        var start = textLength;
        if (Peek() == '"')
            ReadQuoted(start);
        while (true)
        {
            var c = Take();
            if (c == delimiter || c is '\n' or '\r' or -1)
            {
                ends.Add(textLength);
                if (c == delimiter)
                    return true;
                if (c == '\r' && Peek() == '\n')
                    Take();
                line++;
                return false;
            }

            Append((char)c, start);
        }
    }

    private void ReadQuoted(int start)
    {
        var opened = line;
        Take();
        while (true)
        {
            var c = Take();
            if (c < 0)
                throw file.ErrorInLine(opened, "opens a quote that is never closed.");
            if (c == '"' && Peek() != '"')
                break;
            if (c == '"')
                Take();
            if (c == '\n')
                line++;
            Append((char)c, start);
        }

        var after = Peek();
        if (after != delimiter && after is not ('\n' or '\r' or -1))
            throw file.ErrorInLine(line, $"has '{(char)after}' after a closing quote; a delimiter or the end of the line must follow.");
    }

    private void Append(char c, int start)
    {
        if (textLength - start == MaxFieldLength)
            throw file.ErrorInLine(Line, $"has a field of more than {MaxFieldLength} characters. Is '{delimiter}' the delimiter, and "
                + "every quote closed?");
        if (textLength == text.Length)
            Array.Resize(ref text, 2 * text.Length);
        text[textLength++] = c;
    }

    private int Peek() => next < available || Fill() ? chars[next] : -1;

    private int Take() => next < available || Fill() ? chars[next++] : -1;

    private bool Fill()
    {
        do
        {
            var count = file.Read(bytes);
            available = decoder.GetChars(bytes.AsSpan(0, count), chars, flush: count == 0);
            next = 0;
            if (!started && available > 0)
            {
                started = true;
                next = chars[0] == '\uFEFF' ? 1 : 0;
            }

            if (count == 0)
                return next < available;
        }
        while (next >= available);
        return true;
    }
}
