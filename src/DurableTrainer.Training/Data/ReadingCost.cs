namespace DurableTrainer.Training.Data;

/// <summary>What reading one training sample is made to take.</summary>
/// <param name="CpuTime">Of the thread that reads.</param>
/// <param name="Latency">That it waits.</param>
internal sealed record ReadingCost(TimeSpan CpuTime, TimeSpan Latency);
