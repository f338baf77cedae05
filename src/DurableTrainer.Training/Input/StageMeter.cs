namespace DurableTrainer.Training.Input;

/// <summary>Adds up what a stage's workers tell of their samples. What is older counts less with every reading.</summary>
internal sealed class StageMeter
{
    private const double Fading = 0.5;

    private readonly Lock gate = new();
    private double samples, seconds, cpuSeconds;
    private double leastWait = double.PositiveInfinity, leastWaitBefore = double.PositiveInfinity;
    private int fresh;

    /// <param name="count">Samples.</param>
    /// <param name="busy">Time that they took.</param>
    /// <param name="cpu">Processor time of it.</param>
    /// <param name="hasBlocked">Whether one of them waited for anything but a processor.</param>
    public void Add(int count, TimeSpan busy, TimeSpan cpu, bool hasBlocked)
    {
        var (all, used) = (busy.TotalSeconds, Math.Min(cpu.TotalSeconds, busy.TotalSeconds));
        lock (gate)
        {
            samples += count;
            fresh += count;
            seconds += all;
            cpuSeconds += used;
            leastWait = Math.Min(leastWait, hasBlocked ? (all - used) / count : 0);
        }
    }

    /// <summary>What a sample took; null while fewer than so many were counted since it was asked last.</summary>
    /// <remarks>
    /// A sample waits for what it needs, and for a processor that others have; no clock of a thread tells the two apart, only whether there
    /// was anything of the first. The shortest wait of late is what it needs; the rest is delay.
    /// </remarks>
    public StageMeasure? Read(InputStage stage, int workers, int least)
    {
        lock (gate)
        {
            if (fresh < least || cpuSeconds <= 0)
                return null;
            var wait = (seconds - cpuSeconds) / samples;
            var latency = stage.IsComputation ? 0 : Math.Min(wait, Math.Min(leastWait, leastWaitBefore));
            return new StageMeasure(stage.Name, workers, cpuSeconds / samples, latency, wait - latency);
        }
    }

    public void Fade()
    {
        lock (gate)
        {
            (samples, seconds, cpuSeconds, fresh) = (samples * Fading, seconds * Fading, cpuSeconds * Fading, 0);
            (leastWaitBefore, leastWait) = (leastWait, double.PositiveInfinity);
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            (samples, seconds, cpuSeconds, fresh) = (0, 0, 0, 0);
            leastWait = leastWaitBefore = double.PositiveInfinity;
        }
    }
}
