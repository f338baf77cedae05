using System.Text;
using Microsoft.Win32.SafeHandles;

namespace DurableTrainer.Workers.Commands;

/// <summary>
/// Reads what a command writes as it is written, so that it never waits, and cuts it into lines. What of a line is beyond a bound is let go:
/// a flood without an end of line takes no memory.
/// </summary>
internal sealed class CommandOutput
{
    /// <summary>Bytes of a line that are looked at.</summary>
    private const int LongestLine = 1 << 16;

    private const byte LineEnd = (byte)'\n';

    private readonly SafeFileHandle handle;
    private readonly Action<string> take;
    private readonly Action heard;
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="handle">The reading end of a pipe.</param>
    /// <param name="take">Gets each line.</param>
    /// <param name="heard">Told that something was written.</param>
    public CommandOutput(SafeFileHandle handle, Action<string> take, Action heard)
    {
        (this.handle, this.take, this.heard) = (handle, take, heard);
        new Thread(Read) { IsBackground = true, Name = "command output" }.Start();
    }

    /// <summary>Completes when nobody can write any more.</summary>
    public Task Ended => ended.Task;

    private void Read()
    {
        var buffer = new byte[LongestLine];
        var line = new MemoryStream();
        using (var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0))
        {
            while (stream.Read(buffer) is > 0 and var count)
            {
                heard();
                var rest = buffer.AsSpan(0, count);
                for (int end; (end = rest.IndexOf(LineEnd)) >= 0; rest = rest[(end + 1)..])
                {
                    Append(line, rest[..end]);
                    Take(line);
                }

                Append(line, rest);
            }
        }

        if (line.Length > 0)
            Take(line);
        ended.SetResult();
    }

    private static void Append(MemoryStream line, ReadOnlySpan<byte> part) =>
        line.Write(part[..(int)Math.Min(part.Length, LongestLine - line.Length)]);

    private void Take(MemoryStream line)
    {
        take(Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length).TrimEnd('\r'));
        line.SetLength(0);
    }
}
