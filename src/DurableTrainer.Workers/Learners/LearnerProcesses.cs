using System.ComponentModel;
using System.Diagnostics;
using DurableTrainer.Training.Parallel.Async;
using DurableTrainer.Training.Parallel.Async.Loopback;
using DurableTrainer.Workers.Pool;

namespace DurableTrainer.Workers.Learners;

/// <summary>The learners of a worker that are processes of their own.</summary>
/// <param name="command">How one is started; it reads its address from standard input.</param>
public sealed class LearnerProcesses(WorkerCommand command)
{
    private readonly Lock gate = new();
    private readonly HashSet<LearnerProcess> running = [];
    private TimeSpan earlier;

    /// <summary>Processor time of all that were started.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            lock (gate)
                return running.Aggregate(earlier, (sum, process) => sum + process.CpuTime);
        }
    }

    /// <summary>Identifiers of those that run.</summary>
    public IReadOnlyList<int> ProcessIds
    {
        get
        {
            lock (gate)
                return [.. running.Select(process => process.Id)];
        }
    }

    /// <param name="address">Where it finds its server.</param>
    /// <returns>Ends the process when it is disposed.</returns>
    /// <exception cref="LearnerException">It cannot be started.</exception>
    public IDisposable Start(LearnerAddress address)
    {
        var process = LearnerProcess.Start(command, address, End);
        lock (gate)
            running.Add(process);
        return process;
    }

    private void End(LearnerProcess process)
    {
        lock (gate)
        {
            if (running.Remove(process))
                earlier += process.CpuTime;
        }
    }

    private sealed class LearnerProcess(Process process, Action<LearnerProcess> ended) : IDisposable
    {
        private TimeSpan last;

        public int Id { get; } = process.Id;

        /// <summary>As it was seen last, once it has ended.</summary>
        public TimeSpan CpuTime
        {
            get
            {
                try
                {
                    return last = process.TotalProcessorTime;
                }
                catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
                {
                    return last;
                }
            }
        }

        public static LearnerProcess Start(WorkerCommand command, LearnerAddress address, Action<LearnerProcess> ended)
        {
            // What it logs is the worker's log.
            var start = new ProcessStartInfo(command.FileName, command.Arguments) { RedirectStandardInput = true, UseShellExecute = false };
            start.Environment.TryAdd("DOTNET_EnableDiagnostics", "0");
            try
            {
                var process = Process.Start(start)!;
                process.StandardInput.WriteLine(address.ToLine());
                process.StandardInput.Flush();
                return new LearnerProcess(process, ended);
            }
            catch (Exception exception) when (exception is Win32Exception or IOException)
            {
                throw new LearnerException($"A learner cannot be started with '{command.FileName}': {exception.Message}", exception);
            }
        }

        public void Dispose()
        {
            ended(this);
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }
    }
}
