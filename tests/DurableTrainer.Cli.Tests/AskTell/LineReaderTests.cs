using System.Text;
using DurableTrainer.Cli.AskTell;

namespace DurableTrainer.Cli.Tests.AskTell;

public class LineReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task Lines_are_the_same_however_the_input_arrives(int piece)
    {
        using var reader = new LineReader(new Pieces("one\r\n\ntoo long for here\nexactly8\n9 is more\nend", piece), maxBytes: 8);
        var lines = new List<string>();
        while (await reader.ReadAsync(CancellationToken.None) is { } line)
            lines.Add(line.IsTooLong ? "…" : Encoding.UTF8.GetString(line.Bytes.Span));

        Assert.Equal(["one", "", "…", "exactly8", "…", "end"], lines);
    }

    [Fact]
    public async Task A_read_that_nothing_answers_can_be_cancelled()
    {
        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.Out);
        using var input = new System.IO.Pipes.AnonymousPipeClientStream(System.IO.Pipes.PipeDirection.In, pipe.ClientSafePipeHandle);
        using var reader = new LineReader(input, maxBytes: 8);
        using var cancellation = new CancellationTokenSource();

        var reading = reader.ReadAsync(cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    private sealed class Pieces(string text, int piece) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
