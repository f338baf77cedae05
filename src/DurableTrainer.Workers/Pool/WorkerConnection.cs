using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using DurableTrainer.Workers.Wire;

namespace DurableTrainer.Workers.Pool;

/// <summary>
/// One worker process and the lines between it and the pool. It is lost once it exits, writes nonsense or stays silent; a lost worker
/// is not used again.
/// </summary>
internal sealed class WorkerConnection : IAsyncDisposable
{
    private const int LogLines = 20;

    private readonly System.Diagnostics.Process process;
    private readonly Channel<WorkerMessage> messages = Channel.CreateUnbounded<WorkerMessage>(new() { SingleReader = true, SingleWriter = true });
    private readonly LogTail log = new(LogLines);
    private readonly TimeProvider time;
    private readonly TimeSpan silence;
    private readonly Task reading;
    private readonly Task logging;

    private WorkerConnection(System.Diagnostics.Process process, TimeProvider time, TimeSpan silence)
    {
        this.process = process;
        this.time = time;
        this.silence = silence;
        reading = ReadAsync();
        logging = LogAsync();
    }

    public int ProcessId { get; private init; }

    /// <summary>The experiment and trial that it ran last, whose data and model it may still hold.</summary>
    public (string Experiment, int Trial)? Last { get; set; }

    public bool IsLost { get; private set; }

    public bool HasExited => process.HasExited;

    /// <summary>Starts the process and waits until it is warm.</summary>
    /// <exception cref="WorkerStartException">It cannot be started, or does not get ready.</exception>
    public static async Task<WorkerConnection> StartAsync(WorkerCommand command, TimeProvider time, TimeSpan silence, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(command.FileName)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
        };
        foreach (var argument in command.Arguments)
            start.ArgumentList.Add(argument);

        System.Diagnostics.Process process;
        try
        {
            process = System.Diagnostics.Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new WorkerStartException($"The worker '{command.FileName}' cannot be started: {exception.Message}", exception);
        }

        var connection = new WorkerConnection(process, time, silence) { ProcessId = process.Id };
        try
        {
            var first = await connection.ReceiveAsync(cancellation);
            return first is ReadyMessage { Version: ReadyMessage.Current }
                ? connection
                : throw new WorkerLostException($"it greeted with {first}, not as a worker of this version");
        }
        catch (WorkerLostException exception)
        {
            await connection.DisposeAsync();
            throw new WorkerStartException($"A worker did not get ready: {exception.Message}", exception);
        }
        catch (OperationCanceledException)
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <exception cref="WorkerLostException">The worker is gone.</exception>
    public async Task SendAsync(HostMessage message, CancellationToken cancellation)
    {
        try
        {
            await process.StandardInput.WriteLineAsync(WireFormat.Write(message).AsMemory(), cancellation);
            await process.StandardInput.FlushAsync(cancellation);
        }
        catch (IOException)
        {
            throw await LoseAsync("its input is closed");
        }
    }

    /// <summary>The next message; heartbeats are taken in here.</summary>
    /// <exception cref="WorkerLostException">The worker exited, wrote nonsense or was silent for too long.</exception>
    public async Task<WorkerMessage> ReceiveAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                var message = await messages.Reader.ReadAsync(cancellation).AsTask().WaitAsync(silence, time, cancellation);
                if (message is not HeartbeatMessage)
                    return message;
            }
            catch (TimeoutException)
            {
                throw await LoseAsync($"it was silent for {silence.TotalSeconds:0} s");
            }
            catch (ChannelClosedException closed)
            {
                throw await LoseAsync(closed.InnerException?.Message);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        IsLost = true;
        // A worker ends by itself when its input ends; one that trains does so at once and leaves its last checkpoint.
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
        await Task.WhenAll(reading, logging);
        process.Dispose();
    }

    private async Task<WorkerLostException> LoseAsync(string? because)
    {
        IsLost = true;
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
        await logging;
        var cause = because ?? (process.ExitCode > 128 ? $"it was killed by signal {process.ExitCode - 128}" : $"it exited with status {process.ExitCode}");
        var tail = log.ToString();
        return new WorkerLostException($"worker {ProcessId} was lost: {cause}{(tail.Length == 0 ? "" : $"{Environment.NewLine}The end of its log:{Environment.NewLine}{tail}")}");
    }

    private async Task ReadAsync()
    {
        Exception? nonsense = null;
        while (nonsense is null && await process.StandardOutput.ReadLineAsync() is { } line)
        {
            try
            {
                messages.Writer.TryWrite(WireFormat.Read<WorkerMessage>(line));
            }
            catch (JsonException)
            {
                nonsense = new InvalidDataException($"it wrote '{(line.Length > 80 ? line[..80] + "…" : line)}', which is not a message");
            }
        }

        messages.Writer.Complete(nonsense);
    }

    private async Task LogAsync()
    {
        while (await process.StandardError.ReadLineAsync() is { } line)
            log.Add(line);
    }
}
