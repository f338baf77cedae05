using System.Diagnostics;
using DurableTrainer.Workers.Commands.Processes;
using DurableTrainer.Workers.Learners;

namespace DurableTrainer.Workers.Pool;

/// <summary>What a worker and its learners use, as the system tells it. Only Linux tells of learners.</summary>
internal sealed class WorkerMeter : IDisposable
{
    private readonly Process process;
    private readonly Dictionary<int, TimeSpan> learners = [];

    private WorkerMeter(Process process) => this.process = process;

    /// <returns>Null when there is no such process.</returns>
    public static WorkerMeter? Of(int processId)
    {
        try
        {
            return new WorkerMeter(Process.GetProcessById(processId));
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <returns>
    /// Processor time since its start, with that of learners as it was seen last, and resident memory of all of them now; null when the
    /// worker has ended.
    /// </returns>
    public (TimeSpan CpuTime, long MemoryBytes)? Read()
    {
        try
        {
            process.Refresh();
            var memory = process.WorkingSet64 + LookAtLearners();
            return (learners.Values.Aggregate(process.TotalProcessorTime, (sum, time) => sum + time), memory);
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    public void Dispose() => process.Dispose();

    /// <returns>What they have in memory now, in bytes.</returns>
    private long LookAtLearners()
    {
        var memory = 0L;
        foreach (var child in ProcessState.ChildrenOf(process.Id))
        {
            // A command's processes are measured by the worker that runs it.
            if (!(learners.ContainsKey(child) || ProcessState.HasVariable(child, LearnerProcesses.Mark)) || ProcessState.Of(child) is not { } state)
                continue;
            learners[child] = state.CpuTime;
            memory += state.MemoryBytes;
        }

        return memory;
    }
}
