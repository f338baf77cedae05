namespace DurableTrainer.Training.Input;

/// <summary>Adds up what a stage's workers tell of their samples. What is older counts less with every reading.</summary>
internal sealed class StageMeter
{
    private const double Fading = 0.5;

    private readonly Lock gate = new();
    private double samples, seconds, cpuSeconds;
    private int fresh;

    /// <param name="count">Samples.</param>
    /// <param name="busy">Time that they took, without what others took of the processors meanwhile.</param>
    /// <param name="cpu">Processor time of it.</param>
    public void Add(int count, TimeSpan busy, TimeSpan cpu)
    {
        lock (gate)
        {
            samples += count;
            fresh += count;
            seconds += busy.TotalSeconds;
            cpuSeconds += Math.Min(cpu.TotalSeconds, busy.TotalSeconds);
        }
    }

    /// <summary>What a sample took; null while fewer than so many were counted since it was asked last.</summary>
    public StageMeasure? Read(InputStage stage, int workers, int least)
    {
        lock (gate)
        {
            if (fresh < least || cpuSeconds <= 0)
                return null;
            return new StageMeasure(stage.Name, workers, cpuSeconds / samples, stage.IsComputation ? 0 : (seconds - cpuSeconds) / samples);
        }
    }

    public void Fade()
    {
        lock (gate)
            (samples, seconds, cpuSeconds, fresh) = (samples * Fading, seconds * Fading, cpuSeconds * Fading, 0);
    }

    public void Clear()
    {
        lock (gate)
            (samples, seconds, cpuSeconds, fresh) = (0, 0, 0, 0);
    }
}
