namespace DurableTrainer.Workers.Commands.Processes;

/// <summary>
/// A program and all that came of it: its children and theirs, and those that were left by their parents, which this process has taken
/// in. A variable in their environment tells them from other children of this process.
/// </summary>
/// <param name="root">The program, the leader of its session.</param>
/// <param name="variable">The variable, as <c>NAME=value</c>.</param>
internal sealed class ProcessTree(int root, string variable)
{
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(5);

    private readonly Lock gate = new();
    private readonly HashSet<int> known = [root];
    private TimeSpan endedCpu;
    private TimeSpan cpu;
    private long peakBytes;

    /// <summary>Whether anything of it runs.</summary>
    public bool IsRunning => Running().Count > 0;

    /// <summary>Counts in what an ended process used.</summary>
    public void Add(ProcessEnd end)
    {
        lock (gate)
        {
            endedCpu += end.CpuTime;
        }
    }

    /// <summary>What all of it used so far: CPU time that only grows, and the most that it was seen to have in memory at once.</summary>
    public (TimeSpan CpuTime, long PeakMemoryBytes) Measure()
    {
        lock (gate)
        {
            var running = Running();
            cpu = TimeSpan.FromTicks(Math.Max(cpu.Ticks, endedCpu.Ticks + running.Sum(process => process.CpuTime.Ticks)));
            peakBytes = Math.Max(peakBytes, running.Sum(process => process.MemoryBytes));
            // Between two looks one of it may have had more.
            peakBytes = running.Aggregate(peakBytes, (peak, process) => Math.Max(peak, ProcessState.PeakMemoryOf(process.Id)));
            return (cpu, peakBytes);
        }
    }

    /// <summary>Sends a signal to all of it.</summary>
    public void Send(int signal)
    {
        lock (gate)
        {
            Linux.Send(-root, signal);
            foreach (var process in Running().Where(process => process.Session != root))
                Linux.Send(process.Id, signal);
        }
    }

    /// <summary>Lets nothing of it run until <see cref="Linux.Continue"/> is sent.</summary>
    public void Freeze()
    {
        const int Looks = 1000;
        Send(Linux.Stop);
        for (var look = 0; look < Looks && Running().Any(process => process.State != 'T'); look++)
            Thread.Yield();
    }

    /// <summary>Ends all of it, whatever it does.</summary>
    /// <returns>Whether nothing is left.</returns>
    public async Task<bool> KillAsync(TimeProvider time)
    {
        var start = time.GetTimestamp();
        do
        {
            Measure();
            Send(Linux.Kill);
            await Task.Delay(Moment, time);
        }
        while (IsRunning && time.GetElapsedTime(start) < KillPatience);
        return !IsRunning;
    }

    private List<ProcessState> Running()
    {
        lock (gate)
        {
            var found = new List<ProcessState>();
            var open = new Stack<int>([root, .. ProcessState.ChildrenOf(Environment.ProcessId).Where(IsAdopted)]);
            var seen = new HashSet<int>();
            while (open.TryPop(out var id))
            {
                if (!seen.Add(id) || ProcessState.Of(id) is not { HasEnded: false } state)
                    continue;
                known.Add(id);
                found.Add(state);
                foreach (var child in ProcessState.ChildrenOf(id))
                    open.Push(child);
            }

            return found;
        }
    }

    /// <summary>Whether a child of this process is one of the tree; one that has ended is waited for, since nobody else will.</summary>
    private bool IsAdopted(int child)
    {
        if (child == root || ProcessState.Of(child) is not { } state)
            return false;
        var isOurs = known.Contains(child) || state.Session == root || ProcessState.HasVariable(child, variable);
        if (isOurs && state.HasEnded && Linux.Wait(child, hang: false) is { } end)
            Add(end);
        return isOurs && !state.HasEnded;
    }
}
