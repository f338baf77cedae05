namespace DurableTrainer.Tuning.Costs;

/// <summary>What a trial uses, as far as what it uses can be learned.</summary>
public enum MeasuredResource
{
    /// <summary>The largest resident memory of its worker, in bytes.</summary>
    Memory,

    /// <summary>Processor time, in seconds.</summary>
    CpuTime,

    /// <summary>Time during which it ran, in seconds.</summary>
    WallClock,
}
