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
    /// <summary>A variable in the environment of each, as <c>NAME=value</c>: by it who looks at a worker from outside knows its learners.</summary>
    internal const string Mark = $"{MarkName}={MarkValue}";

    private const string MarkName = "DTRAIN_LEARNER";
    private const string MarkValue = "1";

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

    /// <summary>
    /// Resident memory of those that run, in bytes: what they have together now, where what they share counts in each, and the most that one
    /// of them ever had.
    /// </summary>
    public (long Now, long MostOfOne) Memory
    {
        get
        {
            lock (gate)
            {
                return running.Select(process => process.Memory).Aggregate(
                    (Now: 0L, MostOfOne: 0L), (all, one) => (all.Now + one.Now, Math.Max(all.MostOfOne, one.Most)));
            }
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
    public ILearnerProcess Start(LearnerAddress address)
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

    private sealed class LearnerProcess(Process process, Action<LearnerProcess> ended) : ILearnerProcess
    {
        private TimeSpan last;

        public int Id { get; } = process.Id;

        public Task Ended { get; } = process.WaitForExitAsync();

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

        /// <summary>In bytes; nothing once it has ended.</summary>
        public (long Now, long Most) Memory
        {
            get
            {
                try
                {
                    process.Refresh();
                    return (process.WorkingSet64, process.PeakWorkingSet64);
                }
                catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
                {
                    return default;
                }
            }
        }

        public static LearnerProcess Start(WorkerCommand command, LearnerAddress address, Action<LearnerProcess> ended)
        {
            // What it logs is the worker's log.
            var start = new ProcessStartInfo(command.FileName, command.Arguments) { RedirectStandardInput = true, UseShellExecute = false };
            start.Environment.TryAdd("DOTNET_EnableDiagnostics", "0");
            start.Environment[MarkName] = MarkValue;
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
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }
}
