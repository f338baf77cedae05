using System.Diagnostics;

namespace DurableTrainer.Workers.Pool;

/// <summary>What another process uses, as the system tells it.</summary>
internal sealed class ProcessMeter : IDisposable
{
    private readonly Process process;

    private ProcessMeter(Process process) => this.process = process;

    /// <returns>Null when there is no such process.</returns>
    public static ProcessMeter? Of(int processId)
    {
        try
        {
            return new ProcessMeter(Process.GetProcessById(processId));
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <returns>Processor time since its start and resident memory now; null when it has ended.</returns>
    public (TimeSpan CpuTime, long MemoryBytes)? Read()
    {
        try
        {
            process.Refresh();
            return (process.TotalProcessorTime, process.WorkingSet64);
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    public void Dispose() => process.Dispose();
}
