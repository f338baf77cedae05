using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Storage;
using DurableTrainer.Training;
using DurableTrainer.Workers.Slices;
using DurableTrainer.Workers.Telemetry;
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
    private readonly Channel<Assignment> work = Channel.CreateUnbounded<Assignment>();
    private Assignment? last;

    /// <param name="store">Where artifacts are.</param>
    /// <param name="time">Measures usage, and the time between heartbeats.</param>
    /// <param name="output">Gets the answers.</param>
    /// <param name="log">Gets everything else.</param>
    /// <param name="equipment">What it works with; nothing out of the ordinary when null.</param>
    public WorkerProgram(ArtifactStore store, TimeProvider time, TextWriter output, TextWriter log, WorkerEquipment? equipment = null)
    {
        this.time = time;
        this.output = TextWriter.Synchronized(output);
        this.log = log;
        runner = new SliceRunner(store, time, log, equipment ?? WorkerEquipment.Plain);
    }

    /// <summary>Works on the console of this process, which then is a worker and nothing else.</summary>
    /// <param name="store">Where artifacts are.</param>
    /// <param name="equipment">What it works with.</param>
    /// <returns>The exit status of the process.</returns>
    public static async Task<int> RunOnConsoleAsync(ArtifactStore store, WorkerEquipment equipment)
    {
        var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false));
        // Whatever else writes to the console must not get between the messages.
        Console.SetOut(Console.Error);
        using var program = new WorkerProgram(store, TimeProvider.System, output, Console.Error, equipment);
        return await program.RunAsync(new StreamReader(Console.OpenStandardInput(), Encoding.UTF8));
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

    /// <summary>Asks what still runs to stop.</summary>
    public void Dispose()
    {
        last?.Stop.Cancel();
        last?.Stop.Dispose();
    }

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

            switch (message)
            {
                case StopMessage:
                    await (last?.Stop.CancelAsync() ?? Task.CompletedTask);
                    break;
                case GrantMessage grant:
                    last?.Threads?.Offer(grant.Threads, grant.Reason);
                    break;
                default:
                    var threads = message is RunSliceMessage run ? new SliceThreads(run.Request.Threads, run.Reason) : null;
                    await work.Writer.WriteAsync(last = new Assignment(message, new CancellationTokenSource(), threads));
                    break;
            }
        }

        return 0;
    }

    private async Task<int> WorkAsync()
    {
        await foreach (var assignment in work.Reader.ReadAllAsync())
            Send(await AnswerAsync(assignment));
        return 0;
    }

    private async Task<WorkerMessage> AnswerAsync(Assignment assignment)
    {
        try
        {
            return assignment.Message switch
            {
                RunSliceMessage run => new SliceMessage(await RunSliceAsync(run.Request, assignment)),
                EvaluateMessage evaluate => new EvaluationMessage(await EvaluateAsync(evaluate.Request)),
                _ => throw new NotSupportedException($"A worker does not understand {assignment.Message}."),
            };
        }
        catch (Exception exception) when (IsOfSurroundings(exception))
        {
            return new FaultMessage(exception.Message, exception is StorageException { Fault: StorageFault.Full });
        }
    }

    private static bool IsOfSurroundings(Exception exception) => exception is StorageException or TrainingException or SpecException;

    private async Task<SliceResult> RunSliceAsync(SliceRequest request, Assignment assignment)
    {
        var span = SliceSpan.Start(request, time.GetUtcNow());
        try
        {
            var result = await runner.RunAsync(request, Report, assignment.Stop.Token, assignment.Threads);
            span?.End(result, isLeft: assignment.Stop.IsCancellationRequested, time.GetUtcNow());
            return result;
        }
        catch (Exception exception) when (IsOfSurroundings(exception))
        {
            span?.Fail(exception.Message, time.GetUtcNow());
            throw;
        }

        void Report(EpochReport report)
        {
            span?.Add(report);
            Send(new EpochMessage(request.Trial, report));
        }
    }

    private async Task<IReadOnlyDictionary<string, double>> EvaluateAsync(EvaluationRequest request)
    {
        var start = time.GetUtcNow();
        var metrics = await runner.EvaluateAsync(request);
        EvaluationSpan.Tell(request, metrics, start, time.GetUtcNow());
        return metrics;
    }

    private void Send(WorkerMessage message)
    {
        output.WriteLine(WireFormat.Write(message));
        output.Flush();
    }

    /// <summary>
    /// Work together with its own stop and threads, so that a stop or a grant never hits the work after it, nor gets lost before it begins.
    /// </summary>
    private sealed record Assignment(HostMessage Message, CancellationTokenSource Stop, SliceThreads? Threads);
}
