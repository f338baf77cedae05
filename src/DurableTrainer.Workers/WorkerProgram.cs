using System.Runtime.InteropServices;
using System.Text.Json;
using System.Threading.Channels;
using DurableTrainer.Core.Spec;
using DurableTrainer.Storage;
using DurableTrainer.Training;
using DurableTrainer.Workers.Slices;
using DurableTrainer.Workers.Wire;

namespace DurableTrainer.Workers;

/// <summary>
/// A worker process: takes slices from standard input, runs them one at a time, answers on standard output and logs to standard
/// error. It ends when its input does, so that it never outlives its pool.
/// </summary>
public sealed class WorkerProgram : IDisposable
{
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(5);

    private readonly SliceRunner runner;
    private readonly TimeProvider time;
    private readonly TextWriter output;
    private readonly TextWriter log;
    private readonly Channel<HostMessage> work = Channel.CreateUnbounded<HostMessage>();
    private volatile CancellationTokenSource stop = new();

    public WorkerProgram(ArtifactStore store, TimeProvider time, TextWriter output, TextWriter log)
    {
        this.time = time;
        this.output = TextWriter.Synchronized(output);
        this.log = log;
        runner = new SliceRunner(store, time);
    }

    /// <returns>The exit status of the process.</returns>
    public async Task<int> RunAsync(TextReader input)
    {
        // A Ctrl-C in a terminal reaches the whole process group; when a worker stops is the host's decision.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        await using var heartbeat = time.CreateTimer(_ => Send(new HeartbeatMessage()), null, HeartbeatInterval, HeartbeatInterval);
        Send(new ReadyMessage(ReadyMessage.Current));
        var reading = Task.Run(() => ReadAsync(input));
        var working = Task.Run(WorkAsync);
        // Whichever ends first ends the process: without its pool a worker has nobody to work for.
        return await await Task.WhenAny(reading, working);
    }

    public void Dispose() => stop.Dispose();

    private async Task<int> ReadAsync(TextReader input)
    {
        while (await input.ReadLineAsync() is { } line)
        {
            HostMessage message;
            try
            {
                message = WireFormat.Read<HostMessage>(line);
            }
            catch (JsonException exception)
            {
                await log.WriteLineAsync($"The host sent a line that is not a message: {exception.Message}");
                return 2;
            }

            if (message is StopMessage)
                await stop.CancelAsync();
            else
                await work.Writer.WriteAsync(message);
        }

        return 0;
    }

    private async Task<int> WorkAsync()
    {
        await foreach (var message in work.Reader.ReadAllAsync())
        {
            if (!stop.TryReset())
                stop = new CancellationTokenSource();
            Send(await AnswerAsync(message));
        }

        return 0;
    }

    private async Task<WorkerMessage> AnswerAsync(HostMessage message)
    {
        try
        {
            return message switch
            {
                RunSliceMessage run => new SliceMessage(await runner.RunAsync(
                    run.Request, report => Send(new EpochMessage(run.Request.Trial, report)), stop.Token)),
                EvaluateMessage evaluate => new EvaluationMessage(await runner.EvaluateAsync(evaluate.Request)),
                _ => throw new NotSupportedException($"A worker does not understand {message}."),
            };
        }
        catch (Exception exception) when (exception is StorageException or TrainingException or SpecException)
        {
            return new FaultMessage(exception.Message);
        }
    }

    private void Send(WorkerMessage message)
    {
        output.WriteLine(WireFormat.Write(message));
        output.Flush();
    }
}
