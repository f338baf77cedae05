using System.Text;
using System.Text.Json.Nodes;
using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning;
using Microsoft.Win32.SafeHandles;

namespace DurableTrainer.Cli.AskTell;

/// <summary>Lines in, lines out, until the input ends. An answer is written once what it says is saved.</summary>
internal sealed class Conversation(Dialogue dialogue, StateFile? file)
{
    private const int MaxLineBytes = 1 << 20;

    /// <exception cref="StateFileException">Something could not be saved; it was not answered.</exception>
    public async Task RunAsync(TunerState state, Stream input, Stream output, CancellationToken cancellation)
    {
        using var lines = new LineReader(input, MaxLineBytes);
        while (await lines.ReadAsync(cancellation) is { } line)
        {
            if (line.IsBlank)
                continue;
            JsonObject answer;
            try
            {
                var request = line.IsTooLong
                    ? throw new RequestException($"the line is longer than {MaxLineBytes} bytes and was skipped")
                    : Request.Read(line.Bytes);
                (var next, answer) = dialogue.Take(state, request, cancellation);
                if (file is not null && !ReferenceEquals(next, state))
                    await file.SaveAsync(SavedSearch.Write(next));
                state = next;
            }
            catch (RequestException exception)
            {
                answer = new JsonObject { ["error"] = exception.Message };
            }

            if (!await TryWriteAsync(output, answer))
                return;
        }
    }

    /// <summary>
    /// Standard output, such that writing fails when nobody reads it any more: the console's own stream says nothing then. A file keeps
    /// the console's stream, since only that moves the position which the file shares with the shell.
    /// </summary>
    public static Stream StandardOutput()
    {
        if (OperatingSystem.IsWindows())
            return Console.OpenStandardOutput();
        var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return stream.CanSeek ? Console.OpenStandardOutput() : stream;
    }

    private static async Task<bool> TryWriteAsync(Stream output, JsonObject answer)
    {
        try
        {
            await output.WriteAsync(Encoding.UTF8.GetBytes(answer.ToJsonString(SpecJson.Options) + "\n"));
            await output.FlushAsync();
            return true;
        }
        catch (IOException)
        {
            // Whoever asked has gone; what was saved is there when they come back.
            return false;
        }
    }
}
