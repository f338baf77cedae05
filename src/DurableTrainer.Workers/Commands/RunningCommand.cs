using System.Collections;
using System.Threading.Channels;
using DurableTrainer.Workers.Commands.Processes;
using DurableTrainer.Workers.Pool;

namespace DurableTrainer.Workers.Commands;

/// <summary>
/// A command that runs, with everything that it starts: in a session of its own, listened to, measured, and ended as a whole, also when
/// this process is killed.
/// </summary>
internal sealed class RunningCommand : IAsyncDisposable
{
    private const int LogLines = 20;
    private const int LongestLogLine = 300;
    private const int MostReports = 1024;
    private const string Mark = "DTRAIN_SLICE";
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan OutputPatience = TimeSpan.FromSeconds(2);

    private readonly Watchdog watchdog;
    private readonly ProcessTree tree;
    private readonly TimeProvider time;
    private readonly LogTail log = new(LogLines);
    private readonly Channel<EpochLine> reports = Channel.CreateBounded<EpochLine>(MostReports);
    private readonly CancellationTokenSource abandoned = new();
    private readonly Task listening;
    private readonly Lazy<Task> killing;
    private long heardAt;
    private volatile string lastLine = "";

    private RunningCommand(int process, Watchdog watchdog, ProcessTree tree, TimeProvider time, Func<RunningCommand, CommandOutput[]> listen)
    {
        (this.watchdog, this.tree, this.time) = (watchdog, tree, time);
        heardAt = time.GetTimestamp();
        killing = new(KillAllAsync);
        listening = ListenAsync(listen(this));
        var exited = new TaskCompletionSource<ProcessEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
        Exited = exited.Task;
        new Thread(() =>
        {
            var end = Linux.Wait(process, hang: true)!;
            tree.Add(end);
            exited.SetResult(end);
        })
        { IsBackground = true, Name = "command" }.Start();
    }

    /// <summary>The epochs that it reports, in order; complete when it has ended and all that it wrote was read.</summary>
    public ChannelReader<EpochLine> Reports => reports.Reader;

    /// <summary>How the program itself ended; what it started may still run.</summary>
    public Task<ProcessEnd> Exited { get; }

    /// <summary>How long it has written nothing.</summary>
    public TimeSpan Silence => time.GetElapsedTime(Interlocked.Read(ref heardAt));

    /// <summary>The last line that it wrote which is no report; empty when there is none.</summary>
    public string LastLine => lastLine;

    /// <summary>The last lines that it wrote which are no reports.</summary>
    public string Log => log.ToString();

    /// <param name="id">What no other command of this machine is called.</param>
    /// <param name="words">The program's full path, and its arguments.</param>
    /// <param name="folder">Where it works.</param>
    /// <param name="variables">What it finds in its environment beside what this process has.</param>
    /// <param name="time">Measures silence and patience.</param>
    /// <exception cref="CommandRefusedException">It cannot be started.</exception>
    public static RunningCommand Start(
        string id, IReadOnlyList<string> words, string folder, IReadOnlyDictionary<string, string> variables, TimeProvider time)
    {
        Linux.AdoptOrphans();
        var mark = $"{Mark}={id}";
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(pair => (string)pair.Key, pair => (string?)pair.Value ?? "");
        foreach (var (name, value) in variables)
            environment[name] = value;
        environment[Mark] = id;

        var (output, error) = (Linux.Pipe(), Linux.Pipe());
        // First, so that there is no moment in which the command would outlive this process.
        var watchdog = Watchdog.Start(mark);
        try
        {
            int process;
            using (output.Writer)
            using (error.Writer)
                process = Linux.Spawn(words, environment, folder, null, output.Writer, error.Writer);
            watchdog.Watch(process);
            return new RunningCommand(process, watchdog, new ProcessTree(process, mark), time, command =>
            [
                new CommandOutput(output.Reader, command.TakeLine, command.Hear),
                new CommandOutput(error.Reader, command.TakeLog, command.Hear),
            ]);
        }
        catch (IOException exception)
        {
            watchdog.Dispose();
            output.Reader.Dispose();
            error.Reader.Dispose();
            throw new CommandRefusedException($"The command '{words[0]}' cannot be started in '{folder}': {exception.Message}.", exception);
        }
    }

    /// <summary>What it has used: CPU time and the most memory at once, with all that it started.</summary>
    public (TimeSpan CpuTime, long PeakMemoryBytes) Measure() => tree.Measure();

    /// <summary>Does something while nothing of it runs.</summary>
    public T Frozen<T>(Func<T> what)
    {
        tree.Freeze();
        try
        {
            return what();
        }
        finally
        {
            tree.Send(Linux.Continue);
        }
    }

    /// <summary>Ends it: asks it to, and after a while kills all that is left. Reports must be read meanwhile.</summary>
    /// <param name="moment">How long it may take to end by itself.</param>
    /// <param name="grace">How long it may take to end once asked.</param>
    public async Task EndAsync(TimeSpan moment, TimeSpan grace)
    {
        if (!await HasExitedAsync(moment))
        {
            tree.Send(Linux.Terminate);
            tree.Send(Linux.Continue);
            // Also what it started may have something to finish.
            for (var start = time.GetTimestamp(); (!Exited.IsCompleted || tree.IsRunning) && time.GetElapsedTime(start) < grace;)
                await Task.Delay(Beat, time);
        }

        await killing.Value;
    }

    public async ValueTask DisposeAsync()
    {
        await abandoned.CancelAsync();
        await killing.Value;
        watchdog.Dispose();
        abandoned.Dispose();
    }

    private async Task<bool> HasExitedAsync(TimeSpan patience)
    {
        await Task.WhenAny(Exited, Task.Delay(patience, time));
        return Exited.IsCompleted;
    }

    /// <summary>Also where it has ended by itself: what it started ends with it.</summary>
    private async Task KillAllAsync()
    {
        await tree.KillAsync(time);
        await Exited;
        tree.Measure();
        // Someone who was not found may hold its output open.
        await Task.WhenAny(listening, Task.Delay(OutputPatience, time));
        reports.Writer.TryComplete();
    }

    private async Task ListenAsync(CommandOutput[] outputs)
    {
        await Task.WhenAll(outputs.Select(output => output.Ended));
        reports.Writer.TryComplete();
    }

    private void TakeLine(string line)
    {
        if (EpochLine.Read(line) is not { } report)
            TakeLog(line);
        else if (!reports.Writer.TryWrite(report))
            WaitToWrite(report);
    }

    /// <summary>Lets a command wait that reports faster than anyone can take in.</summary>
    private void WaitToWrite(EpochLine report)
    {
        try
        {
            reports.Writer.WriteAsync(report, abandoned.Token).AsTask().GetAwaiter().GetResult();
        }
        catch (Exception exception) when (exception is OperationCanceledException or ChannelClosedException)
        {
            // Nobody wants to know any more.
        }
    }

    private void TakeLog(string line)
    {
        var cut = line.Length > LongestLogLine ? line[..LongestLogLine] + "…" : line;
        if (string.IsNullOrWhiteSpace(cut))
            return;
        lastLine = cut;
        log.Add(cut);
    }

    private void Hear() => Interlocked.Exchange(ref heardAt, time.GetTimestamp());
}
