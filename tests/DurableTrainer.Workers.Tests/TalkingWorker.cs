using System.Text;
using System.Threading.Channels;
using DurableTrainer.Workers.Wire;

namespace DurableTrainer.Workers.Tests;

/// <summary>A worker program in this process, on lines in memory instead of a process's streams.</summary>
internal sealed class TalkingWorker : IDisposable
{
    private readonly LineReader input = new();
    private readonly LineWriter output = new();
    private readonly WorkerProgram program;

    public TalkingWorker(DigitsExperiment experiment, TimeProvider? time = null)
    {
        program = new WorkerProgram(experiment.Store, time ?? TimeProvider.System, output, experiment.Log);
        Exit = program.RunAsync(input);
    }

    /// <summary>The exit status, once it has ended.</summary>
    public Task<int> Exit { get; }

    public void Tell(HostMessage message) => Tell(WireFormat.Write(message));

    public void Tell(string line) => input.Lines.Writer.TryWrite(line);

    public void Hush() => input.Lines.Writer.Complete();

    public async Task<WorkerMessage> HearAsync() => WireFormat.Read<WorkerMessage>(await output.Lines.Reader.ReadAsync());

    /// <summary>The next message of that type; those before it are passed over.</summary>
    public async Task<TMessage> HearAsync<TMessage>() where TMessage : WorkerMessage
    {
        while (true)
        {
            if (await HearAsync() is TMessage message)
                return message;
        }
    }

    public void Dispose()
    {
        input.Lines.Writer.TryComplete();
        program.Dispose();
        input.Dispose();
        output.Dispose();
    }

    private sealed class LineReader : TextReader
    {
        public Channel<string> Lines { get; } = Channel.CreateUnbounded<string>();

        public override async Task<string?> ReadLineAsync() =>
            await Lines.Reader.WaitToReadAsync() && Lines.Reader.TryRead(out var line) ? line : null;
    }

    private sealed class LineWriter : TextWriter
    {
        public Channel<string> Lines { get; } = Channel.CreateUnbounded<string>();

        public override Encoding Encoding => Encoding.UTF8;

        public override void WriteLine(string? value) => Lines.Writer.TryWrite(value!);
    }
}
