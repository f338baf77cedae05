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
    private const int SignalBase = 128;
    private const int Signals = 64;
    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(5);

    private readonly Process process;
    private readonly Channel<WorkerMessage> messages = Channel.CreateUnbounded<WorkerMessage>(new() { SingleReader = true, SingleWriter = true });
    private readonly SemaphoreSlim sending = new(1);
    private readonly LogTail log = new(LogLines);
    private readonly TimeProvider time;
    private readonly TimeSpan silence;
    private readonly TimeSpan farewell;
    private readonly Task reading;
    private readonly Task logging;
    private readonly OutOfMemoryKills kills = new();
    private readonly long killsBefore;

    private WorkerConnection(Process process, TimeProvider time, TimeSpan silence, TimeSpan farewell)
    {
        this.process = process;
        this.time = time;
        this.silence = silence;
        this.farewell = farewell;
        killsBefore = kills.Count();
        reading = ReadAsync();
        logging = LogAsync();
    }

    public int ProcessId { get; private init; }

    /// <summary>The experiment and trial that it ran last, whose data and model it may still hold.</summary>
    public (string Experiment, int Trial)? Last { get; set; }

    public bool HasExited => process.HasExited;

    /// <summary>Whether it was ended because it was of no more use.</summary>
    public bool IsLost { get; private set; }

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
        // The runtime's diagnostic pipes would stay behind in the temporary folder of a worker that is killed.
        start.Environment.TryAdd("DOTNET_EnableDiagnostics", "0");
        foreach (var argument in command.Arguments)
            start.ArgumentList.Add(argument);

        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new WorkerStartException($"The worker '{command.FileName}' cannot be started: {exception.Message}", exception);
        }

        var connection = new WorkerConnection(process, time, silence, command.Farewell) { ProcessId = process.Id };
        try
        {
            var first = await connection.ReceiveAsync(cancellation);
            return first is ReadyMessage { Version: ReadyMessage.Current }
                ? connection
                : throw await connection.LoseAsync($"it greeted with {first}, not as a worker of this version");
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

    /// <summary>Sends a message as a whole, however many are sent at once.</summary>
    /// <exception cref="WorkerLostException">The worker is gone.</exception>
    public async Task SendAsync(HostMessage message, CancellationToken cancellation)
    {
        await sending.WaitAsync(cancellation);
        try
        {
            await process.StandardInput.WriteLineAsync(WireFormat.Write(message).AsMemory(), cancellation);
            await process.StandardInput.FlushAsync(cancellation);
        }
        catch (IOException)
        {
            throw await LoseAsync();
        }
        finally
        {
            sending.Release();
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
        if (!IsLost && farewell > TimeSpan.Zero)
            await PartAsync();
        // It may be killed at any moment: whatever it wrote is there as a whole.
        await EndAsync();
        process.Dispose();
        sending.Dispose();
    }

    /// <summary>Ends the process and tells what happened.</summary>
    /// <param name="because">Why it is of no more use; how it exited when null.</param>
    public async Task<WorkerLostException> LoseAsync(string? because = null)
    {
        IsLost = true;
        because ??= await HasExitedByItselfAsync() ? ExitOf(process.ExitCode, kills.Count() > killsBefore) : "it closed its input or output";
        await EndAsync();
        var tail = log.ToString();
        return new WorkerLostException(
            $"a worker was lost: {because}" + (tail.Length == 0 ? "" : $"{Environment.NewLine}The end of the log of process {ProcessId}:{Environment.NewLine}{tail}"));
    }

    /// <summary>Its pipes close a moment before its exit can be seen.</summary>
    private async Task<bool> HasExitedByItselfAsync()
    {
        try
        {
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(ExitPatience, time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>A worker ends when its input does.</summary>
    private async Task PartAsync()
    {
        try
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(farewell, time);
        }
        catch (Exception exception) when (exception is IOException or TimeoutException)
        {
            // It is gone already, or has had its time.
        }
    }

    private async Task EndAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
        await Task.WhenAll(reading, logging);
    }

    /// <summary>The platform reports a signal as an exit status above 128, as shells do.</summary>
    private static string ExitOf(int status, bool ranOutOfMemory) => status switch
    {
        SignalBase + 9 when ranOutOfMemory => "the system killed it because memory ran out",
        > SignalBase and <= SignalBase + Signals => $"it was killed by signal {status - SignalBase}",
        _ => $"it exited with status {status}",
    };

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
